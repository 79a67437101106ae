import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram } from 'prom-client';
import { finalize, type Observable } from 'rxjs';
import { createLogger, format, transports } from 'winston';
import { listen } from './app.ts';

/* The same, observed the usual way: an interceptor, prom-client by labels, a winston line. */

const labelNames = ['method', 'path', 'status_code'];
const requests = new Counter({ name: 'requests_total', help: 'Requests', labelNames });
const duration = new Histogram({ name: 'duration_seconds', help: 'Duration', labelNames });
const logger = createLogger({
  format: format.combine(format.timestamp(), format.json()),
  transports: [new transports.Console()],
});

class ObservingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const begun = performance.now();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      finalize(() => {
        const path = request.routeOptions.url ?? '';
        const labels = { method: request.method, path, status_code: reply.statusCode };
        const seconds = (performance.now() - begun) / 1000;
        requests.inc(labels);
        duration.observe(labels, seconds);
        const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
        logger.info('Request completed', {
          ...labels,
          duration_ms: seconds * 1000,
          trace_id: traceId,
          span_id: spanId,
        });
      }),
    );
  }
}

await listen([{ provide: APP_INTERCEPTOR, useClass: ObservingInterceptor }]);
