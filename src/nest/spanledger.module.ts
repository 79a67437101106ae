import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { install, type Installed } from '../genai/install/index.js';
import { ScopeCarrier } from '../genai/scope/index.js';
import { ScopeInterceptor } from './scope.interceptor.js';
import {
  SPANLEDGER_OPTIONS,
  SpanledgerModuleBase,
  type SpanledgerModuleOptions,
} from './spanledger-options.js';
import { TracingService } from './tracing.service.js';

/**
 * Spanledger in a Nest application: `TracingService` and `ScopeCarrier` for every provider, and the
 * scope of requests.
 * The decorators work without it.
 *
 * @example
 * \@Module({
 *   imports: [
 *     SpanledgerModule.forRoot({
 *       install: { resource: { 'service.name': 'shop' } },
 *       scope: { conversationId: 'body.conversation_id', userId: 'headers.x-user-id' },
 *     }),
 *   ],
 * })
 * class AppModule {}
 */
@Module({
  providers: [
    TracingService,
    {
      provide: ScopeCarrier,
      inject: [SPANLEDGER_OPTIONS],
      useFactory: ({ carrier }: SpanledgerModuleOptions) => new ScopeCarrier(carrier),
    },
    { provide: APP_INTERCEPTOR, useClass: ScopeInterceptor },
  ],
  exports: [TracingService, ScopeCarrier],
})
export class SpanledgerModule extends SpanledgerModuleBase implements OnApplicationShutdown {
  readonly #installed: Installed | undefined;

  constructor(@Inject(SPANLEDGER_OPTIONS) options: SpanledgerModuleOptions) {
    super();
    if (options.install) this.#installed = install(options.install);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#installed?.shutdown();
  }
}
