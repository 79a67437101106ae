import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClientGoneError } from './client-gone.js';

/** Handler parameter: a signal that aborts when the client leaves before its answer is sent. */
export const ClientSignal = createParamDecorator(
  (_: unknown, host: ExecutionContext): AbortSignal => {
    const { raw } = host.switchToHttp().getResponse<FastifyReply>();
    const controller = new AbortController();
    raw.once('close', () => {
      if (!raw.writableFinished) controller.abort(new ClientGoneError());
    });
    return controller.signal;
  },
);
