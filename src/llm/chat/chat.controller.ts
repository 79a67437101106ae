import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiIdempotent, ApiStreamable } from '../../http/openapi.js';
import { ClientSignal, IdempotencyService, answerRequest, wantsEvents } from '../../http/index.js';
import { AskedBy, type Caller } from '../../identity/index.js';
import { chatAnswer, chatRequest, type ChatRequest } from './chat.schema.js';
import { ChatService } from './chat.service.js';

@ApiTags('LLM')
@Controller('chat')
export class ChatController {
  constructor(
    private readonly chats: ChatService,
    private readonly idempotency: IdempotencyService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Asks a model one question; the answer says what it cost' })
  @HttpCode(200)
  @ApiIdempotent()
  @ApiStreamable(chatAnswer)
  async chat(
    @Body({ schema: chatRequest }) { stream, ...body }: ChatRequest,
    @Headers('idempotency-key') key: string | undefined,
    @ClientSignal() signal: AbortSignal,
    @AskedBy() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const request = { route: 'POST /chat', key, body, signal, owner: caller.keyId };
    await answerRequest(reply, wantsEvents(stream, reply.request), (sink) =>
      this.idempotency.run(request, (slot) => this.chats.chat(body, { signal, sink }, slot)),
    );
  }
}
