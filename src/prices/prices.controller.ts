import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PriceOverride } from '../genai/pricing/index.js';
import { ApiAnswer } from '../http/openapi.js';
import { AdminOnly, AskedBy, ownerSeenBy, type Caller } from '../identity/index.js';
import { LivePrices } from './live-prices.js';
import { OverrideStore, type StoredOverride } from './override-store.js';
import { PricesReader } from './prices-reader.js';
import {
  overrideAnswer,
  overrideList,
  overrideParams,
  overrideRequest,
  pricesAnswer,
  pricesQuery,
  type OverrideAnswer,
  type PricesAnswer,
  type PricesQuery,
} from './prices.schema.js';

@ApiTags('Money')
@Controller('prices')
export class PricesController {
  constructor(
    private readonly reader: PricesReader,
    private readonly store: OverrideStore,
    private readonly live: LivePrices,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The price in force for a model, or those of the models used lately' })
  @ApiAnswer(200, pricesAnswer)
  read(
    @Query({ schema: pricesQuery }) query: PricesQuery,
    @AskedBy() caller: Caller,
  ): Promise<PricesAnswer> {
    return this.reader.read(query, ownerSeenBy(caller));
  }

  @Get('overrides')
  @AdminOnly()
  @ApiOperation({ summary: 'Prices of one’s own in the database' })
  @ApiAnswer(200, overrideList)
  async list(): Promise<{ overrides: OverrideAnswer[] }> {
    return { overrides: (await this.store.list()).map(answer) };
  }

  @Post('overrides')
  @AdminOnly()
  @ApiOperation({
    summary: 'Adds a price; what is booked already stays until it is priced anew',
  })
  @ApiAnswer(201, overrideAnswer)
  async add(@Body({ schema: overrideRequest }) price: PriceOverride): Promise<OverrideAnswer> {
    const stored = await this.store.add(price);
    await this.live.update();
    return answer(stored);
  }

  @Delete('overrides/:id')
  @AdminOnly()
  @ApiOperation({ summary: 'Removes a price' })
  @HttpCode(204)
  async remove(@Param({ schema: overrideParams }) { id }: { id: string }): Promise<void> {
    await this.store.remove(id);
    await this.live.update();
  }
}

function answer({ id, price, created_at }: StoredOverride): OverrideAnswer {
  return { id, price: { ...price }, created_at: created_at.toISOString() };
}
