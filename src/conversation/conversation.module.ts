import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyModule } from '../http/index.js';
import { LeaseModule } from '../lease/index.js';
import { LedgerModule } from '../ledger/index.js';
import { LlmModule } from '../llm/index.js';
import { ConversationReader } from './conversation-reader.js';
import { ConversationStore } from './conversation-store.js';
import { ConversationTurnEntity } from './conversation-turn.entity.js';
import { ConversationController } from './conversation.controller.js';
import { ConversationEntity } from './conversation.entity.js';
import { ConversationService } from './conversation.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ConversationEntity, ConversationTurnEntity]),
    IdempotencyModule,
    LeaseModule,
    LedgerModule,
    LlmModule,
  ],
  controllers: [ConversationController],
  providers: [ConversationStore, ConversationService, ConversationReader],
})
export class ConversationModule {}
