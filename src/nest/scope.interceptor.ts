import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { ScopeCarrier, withScope, type Carried, type Scope } from '../genai/scope/index.js';
import { scopeOfRequest } from './scope-sources.js';
import { SPANLEDGER_OPTIONS, type SpanledgerModuleOptions } from './spanledger-options.js';

/**
 * Runs the handlers of HTTP requests in the scope that the request brings and tells, where the
 * module's options say so; what it tells beats what it brings. Guards run before, so they are not
 * in the scope.
 */
@Injectable()
export class ScopeInterceptor implements NestInterceptor {
  constructor(
    @Inject(SPANLEDGER_OPTIONS) private readonly options: SpanledgerModuleOptions,
    private readonly carrier: ScopeCarrier,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<{ headers: Carried }>();
    const brought = this.carrier.extract(request.headers);
    const told = this.options.scope ? scopeOfRequest(this.options.scope, request) : {};
    if (isEmpty(brought) && isEmpty(told)) return next.handle();
    // The handler runs when it is subscribed to, which is later than this.
    return new Observable((subscriber) =>
      withScope(brought, () => withScope(told, () => next.handle().subscribe(subscriber))),
    );
  }
}

function isEmpty(scope: Scope): boolean {
  return Object.keys(scope).length === 0;
}
