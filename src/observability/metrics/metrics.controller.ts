import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { expose } from '../../exposition/index.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('Service')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @ApiOperation({
    summary: 'Of all workers: Prometheus text format, or OpenMetrics with exemplars, by Accept',
  })
  async scrape(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { contentType, text } = expose(await this.metrics.totals(), accept);
    reply.type(contentType);
    return text;
  }
}
