import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../http/openapi.js';
import { AdminOnly } from '../identity/index.js';
import { BudgetReader } from './budget-reader.js';
import { BudgetStore } from './budget-store.js';
import {
  budgetAnswer,
  budgetChange,
  budgetList,
  budgetParams,
  budgetRequest,
  type BudgetAnswer,
  type BudgetChange,
  type BudgetList,
  type BudgetRequest,
} from './budget.schema.js';

@ApiTags('Money')
@Controller('budgets')
@AdminOnly()
export class BudgetsController {
  constructor(
    private readonly store: BudgetStore,
    private readonly reader: BudgetReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The budgets, and what is left of each' })
  @ApiAnswer(200, budgetList)
  async list(): Promise<BudgetList> {
    return { budgets: await this.reader.list() };
  }

  @Post()
  @ApiOperation({ summary: 'Limits what the calls of a scope may cost in a period' })
  @ApiAnswer(201, budgetAnswer)
  async create(@Body({ schema: budgetRequest }) body: BudgetRequest): Promise<BudgetAnswer> {
    return this.reader.get(await this.store.create(body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One budget, and what is left of it' })
  @ApiAnswer(200, budgetAnswer)
  get(@Param({ schema: budgetParams }) { id }: { id: string }): Promise<BudgetAnswer> {
    return this.reader.get(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes limit, mode, thresholds or the rule for unknown prices' })
  @ApiAnswer(200, budgetAnswer)
  async change(
    @Param({ schema: budgetParams }) { id }: { id: string },
    @Body({ schema: budgetChange }) body: BudgetChange,
  ): Promise<BudgetAnswer> {
    await this.store.change(id, body);
    return this.reader.get(id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a budget. The ledger keeps what was spent' })
  @HttpCode(204)
  async delete(@Param({ schema: budgetParams }) { id }: { id: string }): Promise<void> {
    await this.store.delete(id);
  }
}
