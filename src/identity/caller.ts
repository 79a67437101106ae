import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const ROLES = ['user', 'admin'] as const;

/** `user`: its own conversations, runs and usage. `admin`: everybody's, budgets, prices and keys. */
export type Role = (typeof ROLES)[number];

/** Who asks. */
export interface Caller {
  /** Of the API key; absent while the service has none, when everybody is an admin. */
  readonly keyId?: string;
  readonly role: Role;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** Handler parameter: who asks. */
export const AskedBy = createParamDecorator((_: unknown, host: ExecutionContext): Caller =>
  callerOf(host.switchToHttp().getRequest()),
);

export function callerOf({ caller }: FastifyRequest): Caller {
  // Whoever forgot to find out who asks must not serve an admin by it.
  return caller ?? { role: 'user', keyId: '' };
}

/** The key that somebody is held to; undefined for an admin, who sees what belongs to all. */
export function ownerSeenBy({ role, keyId }: Caller): string | undefined {
  return role === 'admin' ? undefined : (keyId ?? '');
}
