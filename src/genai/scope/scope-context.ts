import { context, createContextKey, type Context } from '@opentelemetry/api';
import { NO_SCOPE, mergeScopes, type Scope } from './scope.js';

/** A private key, not baggage: provider SDKs send ambient baggage to the provider. */
const KEY = createContextKey('spanledger scope');

/** The scope that a context carries, e.g. a span's parent context. */
export function scopeFrom(carrier: Context): Scope | undefined {
  return carrier.getValue(KEY) as Scope | undefined;
}

/** The scope of the running code; empty outside of any. */
export function currentScope(): Scope {
  return scopeFrom(context.active()) ?? NO_SCOPE;
}

/** The context with the scope over the one that it carries already. */
export function contextWithScope(carrier: Context, scope: Scope): Context {
  return carrier.setValue(KEY, mergeScopes(scopeFrom(carrier) ?? NO_SCOPE, scope));
}

/**
 * Runs `fn` in the scope. It is carried by OpenTelemetry's context, so it follows promises,
 * timers and callbacks, and ends with `fn`.
 */
export function withScope<T>(scope: Scope, fn: () => T): T {
  return context.with(contextWithScope(context.active(), scope), fn);
}
