import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiIdempotent, ApiStreamable } from '../http/openapi.js';
import { ClientSignal, IdempotencyService, answerRequest, wantsEvents } from '../http/index.js';
import { AskedBy, ownerSeenBy, type Caller } from '../identity/index.js';
import { ConversationReader } from './conversation-reader.js';
import {
  conversationAnswer,
  conversationDetail,
  conversationList,
  conversationParams,
  conversationRequest,
  pageQuery,
  type ConversationDetail,
  type ConversationList,
  type ConversationRequest,
  type PageQuery,
} from './conversation.schema.js';
import { ConversationService } from './conversation.service.js';

@ApiTags('LLM')
@Controller('conversation')
export class ConversationController {
  constructor(
    private readonly conversations: ConversationService,
    private readonly reader: ConversationReader,
    private readonly idempotency: IdempotencyService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Says something in a conversation; the model knows what was said before',
  })
  @HttpCode(200)
  @ApiIdempotent()
  @ApiStreamable(conversationAnswer)
  async converse(
    @Body({ schema: conversationRequest }) { stream, ...body }: ConversationRequest,
    @Headers('idempotency-key') key: string | undefined,
    @ClientSignal() signal: AbortSignal,
    @AskedBy() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const request = { route: 'POST /conversation', key, body, signal, owner: caller.keyId };
    await answerRequest(reply, wantsEvents(stream, reply.request), (sink) =>
      this.idempotency.run(request, (slot) =>
        this.conversations.converse(body, { signal, sink }, slot, caller),
      ),
    );
  }

  @Get()
  @ApiOperation({ summary: 'The conversations, newest first, each with what it cost' })
  @ApiAnswer(200, conversationList)
  list(
    @Query({ schema: pageQuery }) page: PageQuery,
    @AskedBy() caller: Caller,
  ): Promise<ConversationList> {
    return this.reader.list(page, ownerSeenBy(caller));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One conversation: its turns, and what they cost' })
  @ApiAnswer(200, conversationDetail)
  get(
    @Param({ schema: conversationParams }) { id }: { id: string },
    @Query({ schema: pageQuery }) page: PageQuery,
    @AskedBy() caller: Caller,
  ): Promise<ConversationDetail> {
    return this.reader.get(id, page, ownerSeenBy(caller));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Deletes what was said. The ledger keeps what it cost' })
  @HttpCode(204)
  async delete(
    @Param({ schema: conversationParams }) { id }: { id: string },
    @ClientSignal() signal: AbortSignal,
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.conversations.delete(id, signal, ownerSeenBy(caller));
  }
}
