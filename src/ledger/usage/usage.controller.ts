import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../../http/openapi.js';
import { AdminOnly, AskedBy, ownerSeenBy, type Caller } from '../../identity/index.js';
import { usageCsv } from './usage-csv.js';
import { usageQuery, usageReport, type UsageQuery, type UsageReport } from './usage.schema.js';
import { UsageService } from './usage.service.js';
import { UsageSums } from './usage-sums.js';

const GROUPS_OF_A_FILE = 10_000;

@ApiTags('Money')
@Controller('usage')
export class UsageController {
  constructor(
    private readonly usage: UsageService,
    private readonly sums: UsageSums,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Cost, tokens and calls by group, from the ledger; as CSV with `Accept: text/csv`',
  })
  @ApiAnswer(200, usageReport)
  async report(
    @Query({ schema: usageQuery }) asked: UsageQuery,
    @AskedBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsageReport | string> {
    const owner = ownerSeenBy(caller);
    const query = owner === undefined ? asked : { ...asked, api_key: [owner] };
    if (!request.headers.accept?.includes('text/csv')) return this.usage.report(query);
    const report = await this.usage.report({ limit: GROUPS_OF_A_FILE, ...query });
    void reply.type('text/csv; charset=utf-8; header=present');
    void reply.header('content-disposition', 'attachment; filename="usage.csv"');
    if (report.next_cursor) void reply.header('link', nextLink(request.url, report.next_cursor));
    return usageCsv(report);
  }

  @Post('rebuild')
  @AdminOnly()
  @ApiOperation({ summary: 'Adds up the ledger anew, should the hourly sums be in doubt' })
  @HttpCode(204)
  async rebuild(): Promise<void> {
    await this.sums.rebuild();
  }
}

/** A file cannot hold its next cursor; RFC 8288 has a header for it. */
function nextLink(url: string, cursor: string): string {
  const next = new URL(url, 'http://service');
  next.searchParams.set('cursor', cursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}
