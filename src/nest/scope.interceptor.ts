import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { withScope } from '../genai/scope/index.js';
import { scopeOfRequest } from './scope-sources.js';
import { SPANLEDGER_OPTIONS, type SpanledgerModuleOptions } from './spanledger-options.js';

/**
 * Runs the handlers of HTTP requests in the scope that the request tells, where the module's
 * options say which parts of it to read. Guards run before, so they are not in the scope.
 */
@Injectable()
export class ScopeInterceptor implements NestInterceptor {
  constructor(@Inject(SPANLEDGER_OPTIONS) private readonly options: SpanledgerModuleOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const sources = this.options.scope;
    if (!sources || context.getType() !== 'http') return next.handle();
    const scope = scopeOfRequest(sources, context.switchToHttp().getRequest());
    if (Object.keys(scope).length === 0) return next.handle();
    // The handler runs when it is subscribed to, which is later than this.
    return new Observable((subscriber) =>
      withScope(scope, () => next.handle().subscribe(subscriber)),
    );
  }
}
