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
import { Retries } from './provider/retries.js';

const providers: Provider = {
  provide: MODEL_PROVIDERS,
  inject: [AppConfig, HttpClient, Retries],
  useFactory: (
    { anthropic, openai, llm, tracing, capturesContent, redactionRules }: AppConfig,
    http: HttpClient,
    retries: Retries,
  ) => {
    redactProviderErrors(openRedactor(redactionRules));
    const shared = (provider: string) => ({
      ...llm,
      tracing,
      capturesContent,
      fetch: retries.watch(provider, withPatience(http.fetch)),
    });
    return [
      new AnthropicProvider({ ...shared('anthropic'), ...anthropic }),
      new OpenAiProvider({ ...shared('openai'), ...openai }),
    ];
  },
};

@Module({
  imports: [BudgetModule, LedgerModule, IdempotencyModule],
  controllers: [ChatController],
  providers: [HttpClient, Retries, providers, ProviderRegistry, LlmService, ChatService],
  exports: [LlmService, ProviderRegistry, Retries],
})
export class LlmModule {}
