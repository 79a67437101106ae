import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AppConfig, ConfigModule } from './config/index.js';
import { ConversationModule } from './conversation/index.js';
import { DatabaseModule } from './database/index.js';
import { ProblemFilter, validationPipe } from './http/index.js';
import { IdentityModule } from './identity/index.js';
import { LedgerModule } from './ledger/index.js';
import { LlmModule } from './llm/index.js';
import { ObservabilityModule } from './observability/index.js';
import { PricesModule } from './prices/index.js';
import { RepricingModule } from './repricing/index.js';
import { SmokeModule } from './smoke/index.js';
import { WorkflowModule } from './workflow/index.js';

/** What the service is made of. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRootAsync({
          inject: [AppConfig],
          useFactory: ({ database }: AppConfig) => database,
        }),
        IdentityModule,
        LlmModule,
        ConversationModule,
        WorkflowModule,
        LedgerModule,
        PricesModule,
        RepricingModule,
        ObservabilityModule,
        SmokeModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
