import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DatabaseService } from '../database/index.js';
import { ProviderRegistry } from '../llm/index.js';
import { VERSION } from '../version.js';
import { Lifecycle } from './lifecycle.js';

/** How long a database may take to answer a probe. */
const PING_MS = 1_000;

@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DatabaseService,
    private readonly providers: ProviderRegistry,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'What works and what does not. Always 200: whether to send requests is `/health/ready`',
  })
  async health() {
    const database = await this.database.ping(PING_MS);
    const { draining } = this.lifecycle;
    return {
      status: database && !draining ? 'ok' : 'degraded',
      anthropic_configured: this.providers.isConfigured('anthropic'),
      openai_configured: this.providers.isConfigured('openai'),
      database: { kind: this.database.kind, reachable: database },
      draining,
      version: VERSION,
      uptime_seconds: Math.round(process.uptime()),
    };
  }

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary:
      '200 when requests can be served; 503 while the database is away or the service drains',
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    if (this.lifecycle.draining) return notReady(reply, 'draining');
    if (!(await this.database.ping(PING_MS))) return notReady(reply, 'database unreachable');
    return { status: 'ok' };
  }
}

function notReady(reply: FastifyReply, reason: string) {
  reply.status(HttpStatus.SERVICE_UNAVAILABLE);
  return { status: 'unavailable', reason };
}
