import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import { withScope } from '../../genai/scope/index.js';
import type { AnswerSlot } from '../../http/index.js';
import { LlmService, type CallOptions } from '../llm.service.js';
import type { ModelRequest } from '../provider/model-provider.js';
import { callAnswer } from './call-answer.js';
import type { ChatAnswer, ChatRequest } from './chat.schema.js';

/** The question, in whichever form it is answered. */
type ChatQuestion = Omit<ChatRequest, 'stream'>;

/** One question, one answer, nothing remembered but the money. */
@Injectable()
export class ChatService {
  constructor(
    private readonly config: AppConfig,
    private readonly llm: LlmService,
  ) {}

  async chat(
    body: ChatQuestion,
    options: CallOptions,
    slot: AnswerSlot | undefined,
  ): Promise<ChatAnswer> {
    const request: ModelRequest = {
      model: body.model ?? this.config.llm.defaultModel,
      provider: body.provider,
      messages: [{ role: 'user', content: body.message }],
      system: body.system,
      maxTokens: body.max_tokens,
      temperature: body.temperature,
    };
    return withScope(scopeOf(body), async () => {
      if (!slot) return callAnswer(await this.llm.call(request, options));
      return this.llm.callWith(request, options, async (transaction, call) => {
        const answer = callAnswer(call);
        await slot.store(transaction, answer);
        return answer;
      });
    });
  }
}

function scopeOf(body: ChatQuestion) {
  return {
    ...(body.conversation_id && { conversation: { id: body.conversation_id } }),
    ...(body.user_id && { userId: body.user_id }),
    ...(body.tags && { tags: body.tags }),
    ...(body.metadata && { attributes: body.metadata }),
  };
}
