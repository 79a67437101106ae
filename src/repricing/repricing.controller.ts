import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ClientSignal } from '../http/index.js';
import { ApiAnswer } from '../http/openapi.js';
import { AdminOnly } from '../identity/index.js';
import {
  repricingAnswer,
  repricingRequest,
  type RepricingAnswer,
  type RepricingRequest,
} from './repricing.schema.js';
import { RepricingService } from './repricing.service.js';

/** A request ends before proxies lose patience; the caller resumes what is left. */
const WORK_MS = 20_000;

@ApiTags('Money')
@Controller('prices/reprice')
@AdminOnly()
export class RepricingController {
  constructor(private readonly repricing: RepricingService) {}

  @Post()
  @ApiOperation({
    summary: 'Prices booked calls anew by the prices of now; entries stay, adjustments are added',
  })
  @HttpCode(200)
  @ApiAnswer(200, repricingAnswer)
  async reprice(
    @Body({ schema: repricingRequest }) request: RepricingRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<RepricingAnswer> {
    const { dry_run, resume, from, to, ...filters } = request;
    const selection = { ...filters, from: from?.toISOString(), to: to?.toISOString() };
    if (dry_run && !resume) return this.repricing.dryRun(selection, client);
    const id = resume ?? (await this.repricing.start(selection));
    const stop = AbortSignal.any([client, AbortSignal.timeout(WORK_MS)]);
    return this.repricing.run(id, stop);
  }
}
