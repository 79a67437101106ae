import type { IncomingMessage } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/index.js';
import { installed } from './genai/install/index.js';
import { randomTraceId } from './genai/spans/index.js';
import {
  SECURITY_HEADERS,
  SERVER_LIMITS,
  clientErrorHandler,
  dropStalledReaders,
  refuseEncodedBodies,
  registerSecurityHeaders,
  sendProblem,
  toProblem,
} from './http/index.js';
import { KeyRing, RateLimits, registerAuthentication } from './identity/index.js';
import {
  Lifecycle,
  MetricsService,
  registerRequestTelemetry,
  registerRoom,
  requestLineFormat,
  Room,
  shedBeyond,
  stdoutLines,
} from './observability/index.js';
import { openRedactor } from './redaction.js';
import { VERSION } from './version.js';

/** Builds the whole service; nothing listens yet. */
export async function createApp(
  config: AppConfig,
  logger: LoggerService | false,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.http.bodyLimit,
    genReqId: requestId,
    ...SERVER_LIMITS,
    trustProxy: trustOf(config.http.trustProxy),
    clientErrorHandler,
    // Ids are at most 128 characters, each up to twelve when it is percent-encoded.
    routerOptions: { maxParamLength: 2_048 },
    // Nest answers 404 itself; Fastify must not log by itself.
    logger: false,
    frameworkErrors: answerUnroutable,
    // While it drains, the service still answers on connections that are open already.
    return503OnClosing: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger,
    abortOnError: false,
  });
  const telemetry = {
    lifecycle: app.get(Lifecycle),
    metrics: app.get(MetricsService).http,
    recorder: installed()?.recorder('spanledger-service'),
    lines: stdoutLines,
    format: requestLineFormat(
      config.serviceName,
      openRedactor(config.redactionRules, config.apiKeys),
    ),
  };
  registerRequestTelemetry(adapter.getInstance(), telemetry);
  registerSecurityHeaders(adapter.getInstance());
  registerAuthentication(adapter.getInstance(), {
    keys: app.get(KeyRing),
    limits: app.get(RateLimits),
    openMetrics: config.http.openMetrics,
    allowAnonymous: config.http.allowAnonymous,
  });
  const room = new Room(config.http.maxInFlight);
  refuseEncodedBodies(adapter.getInstance());
  registerRoom(adapter.getInstance(), room, telemetry.lifecycle);
  document(app);
  await app.init();
  await adapter.getInstance().ready();
  dropStalledReaders(app.getHttpServer());
  shedBeyond(app.getHttpServer(), room, telemetry);
  return app;
}

/** What Fastify refuses before there is a route, such as a path that is no valid URL. */
function answerUnroutable(error: FastifyError, _: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply.headers(SECURITY_HEADERS), toProblem(error));
}

/** So many proxies stand one behind the other, the nearest first. */
function trustOf(proxies: AppConfig['http']['trustProxy']) {
  if (typeof proxies !== 'number') return proxies;
  return (_address: string, hop: number): boolean => hop < proxies;
}

/** The caller's `x-request-id`, if it is one that a log line can hold; else a new one, in the form of a trace's id. */
function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:@/+=-]{1,128}$/.test(given) ? given : randomTraceId();
}

function document(app: NestFastifyApplication): void {
  const options = new DocumentBuilder()
    .setTitle('Spanledger')
    .setDescription('LLM calls: traced, priced exactly, booked once. Errors are RFC 9457 problems.')
    .setVersion(VERSION)
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, options), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Spanledger API',
  });
}
