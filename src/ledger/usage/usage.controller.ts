import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../../http/openapi.js';
import { usageQuery, usageReport, type UsageQuery, type UsageReport } from './usage.schema.js';
import { UsageService } from './usage.service.js';

@ApiTags('Money')
@Controller('usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @ApiOperation({ summary: 'Cost, tokens and calls by group, from the ledger' })
  @ApiAnswer(200, usageReport)
  report(@Query({ schema: usageQuery }) query: UsageQuery): Promise<UsageReport> {
    return this.usage.report(query);
  }
}
