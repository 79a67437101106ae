import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiIdempotent } from '../../http/openapi.js';
import { ClientSignal, IdempotencyService, sendAnswer } from '../../http/index.js';
import { chatAnswer, chatRequest, type ChatAnswer, type ChatRequest } from './chat.schema.js';
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
  @ApiAnswer(200, chatAnswer)
  async chat(
    @Body({ schema: chatRequest }) body: ChatRequest,
    @Headers('idempotency-key') key: string | undefined,
    @ClientSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChatAnswer | string> {
    const request = { route: 'POST /chat', key, body, signal };
    const result = await this.idempotency.run(request, (slot) =>
      this.chats.chat(body, signal, slot),
    );
    return sendAnswer(result, reply);
  }
}
