import 'reflect-metadata';
import Anthropic from '@anthropic-ai/sdk';
import { Body, Controller, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Observe, SpanledgerModule, TracingService } from 'spanledger';
import { formatUsd } from 'spanledger/genai';

interface Ask {
  readonly conversation_id: string;
  readonly message: string;
}

@Injectable()
class Assistant {
  readonly #client = new Anthropic();

  constructor(private readonly tracing: TracingService) {}

  @Observe({ name: 'answer', tags: ['example'] })
  async answer(message: string): Promise<string> {
    this.tracing.prompt({ template: '{message}', id: 'plain', version: '1' });
    const facts = await this.lookUp(message);
    const { content } = await this.#client.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      system: facts,
      messages: [{ role: 'user', content: message }],
    });
    return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  }

  @Observe({ kind: 'tool', name: 'look_up' })
  async lookUp(message: string): Promise<string> {
    return `The question has ${message.length} characters.`;
  }
}

@Controller()
class AskController {
  constructor(private readonly assistant: Assistant) {}

  @Post('ask')
  async ask(@Body() { message }: Ask): Promise<{ answer: string }> {
    return { answer: await this.assistant.answer(message) };
  }
}

@Module({
  imports: [
    SpanledgerModule.forRoot({
      install: {
        resource: { 'service.name': 'nest-example' },
        onInference: ({ cost, scope }) =>
          console.log(
            `A call for $${formatUsd(cost.total ?? 0n)}`,
            `| conversation ${scope.conversation?.id} | user ${scope.userId}`,
          ),
      },
      // Handlers run in the scope that their request tells.
      scope: { conversationId: 'body.conversation_id', userId: 'headers.x-user-id' },
    }),
  ],
  controllers: [AskController],
  providers: [Assistant],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(0, '127.0.0.1');

const response = await fetch(`${await app.getUrl()}/ask`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-user-id': 'ada' },
  body: JSON.stringify({ conversation_id: 'conv_1', message: 'What is the capital of France?' }),
});
console.log(await response.json());

// Stops the SDK with the application: what waits is sent.
await app.close();
