import { Module, type Provider } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { IdempotencyModule } from '../http/index.js';
import { BudgetModule } from '../budget/index.js';
import { LedgerModule } from '../ledger/index.js';
import { openRedactor } from '../redaction.js';
import { AnthropicProvider } from './anthropic/anthropic.provider.js';
import { ChatController } from './chat/chat.controller.js';
import { ChatService } from './chat/chat.service.js';
import { LlmService } from './llm.service.js';
import { OpenAiProvider } from './openai/openai.provider.js';
import { HttpClient } from './provider/http-client.js';
import { redactProviderErrors } from './provider/provider-error.js';
import { withPatience } from './provider/patience.js';
import { MODEL_PROVIDERS, ProviderRegistry } from './provider/registry.js';

const providers: Provider = {
  provide: MODEL_PROVIDERS,
  inject: [AppConfig, HttpClient],
  useFactory: (
    { anthropic, openai, llm, tracing, capturesContent, redactionRules }: AppConfig,
    http: HttpClient,
  ) => {
    redactProviderErrors(openRedactor(redactionRules));
    const shared = { ...llm, tracing, capturesContent, fetch: withPatience(http.fetch) };
    return [
      new AnthropicProvider({ ...shared, ...anthropic }),
      new OpenAiProvider({ ...shared, ...openai }),
    ];
  },
};

@Module({
  imports: [BudgetModule, LedgerModule, IdempotencyModule],
  controllers: [ChatController],
  providers: [HttpClient, providers, ProviderRegistry, LlmService, ChatService],
  exports: [LlmService, ProviderRegistry],
})
export class LlmModule {}
