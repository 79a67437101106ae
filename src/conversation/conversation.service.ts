import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import { withConversation } from '../genai/scope/index.js';
import {
  IdempotencyService,
  currentRequestTelemetry,
  notFound,
  type AnswerSlot,
} from '../http/index.js';
import { LeaseService, type Lease } from '../lease/index.js';
import { bookingKey, moneyPair, readTotals } from '../ledger/index.js';
import {
  LlmService,
  ProviderRegistry,
  callAnswer,
  type AnsweredCall,
  type ModelRequest,
} from '../llm/index.js';
import { Observe } from '../nest/index.js';
import { ConversationStore, type OpenConversation } from './conversation-store.js';
import type { ConversationAnswer, ConversationRequest } from './conversation.schema.js';
import { BYTES_PER_TOKEN, trimHistory } from './history.js';

/** Most tokens of one answer. */
const MAX_TOKENS = 1024;
/** Taken for models whose window the catalogue does not know: what all current ones have. */
const SMALLEST_WINDOW = 128_000;

/** A turn on its way: everything that its commit needs. */
interface Turn {
  readonly id: string;
  readonly number: number;
  readonly body: ConversationRequest;
  /** Oldest turns that the model was not told. */
  readonly dropped: number;
  readonly lease: Lease;
  readonly slot: AnswerSlot | undefined;
}

/** Conversations that remember: each turn is answered with all that was said before. */
@Injectable()
export class ConversationService {
  constructor(
    private readonly config: AppConfig,
    private readonly store: ConversationStore,
    private readonly leases: LeaseService,
    private readonly idempotency: IdempotencyService,
    private readonly llm: LlmService,
    private readonly providers: ProviderRegistry,
    private readonly prices: PriceBook,
  ) {}

  /**
   * Adds a turn. Turns of one conversation run one after the other; a turn that fails leaves
   * nothing behind but its entry in the ledger.
   */
  async converse(
    body: ConversationRequest,
    signal: AbortSignal,
    slot: AnswerSlot | undefined,
  ): Promise<ConversationAnswer> {
    const model = body.model ?? this.config.llm.defaultModel;
    const provider = this.providers.configured().name;
    const id = body.conversation_id ?? `conv_${randomUUID()}`;
    currentRequestTelemetry()?.note({ conversation_id: id });

    return this.leases.hold(leaseName(id), signal, async (lease) => {
      const open = await this.store.open(id, body.user_id);
      const number = open.turnCount + 1;
      const system = body.system ?? open.system ?? undefined;
      const window = this.prices.contextWindow(provider, model) ?? SMALLEST_WINDOW;
      const turns = await this.store.recentTurns(id, Math.floor(window * BYTES_PER_TOKEN));
      const { message } = body;
      const history = trimHistory({ turns, message, system, window, maxTokens: MAX_TOKENS });
      const dropped = open.turnCount - history.keptTurns;
      const turn: Turn = { id, number, body, dropped, lease, slot };

      return withConversation({ id, turn: number, userId: userOf(body, open) }, () =>
        this.takeTurn(
          { model, messages: history.messages, system, maxTokens: MAX_TOKENS },
          turn,
          signal,
        ),
      );
    });
  }

  /** @throws {Problem} 404 when there is no such conversation */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    const deleted = await this.leases.hold(leaseName(id), signal, () => this.store.delete(id));
    if (!deleted) throw notFound('There is no conversation with this id.');
    await this.idempotency.forget('POST /conversation', 'conversation_id', id);
  }

  @Observe({ name: 'conversation turn' })
  protected takeTurn(
    request: ModelRequest,
    turn: Turn,
    signal: AbortSignal,
  ): Promise<ConversationAnswer> {
    return this.llm.callWith(request, { signal }, (transaction, call) =>
      this.#commit(transaction, turn, call),
    );
  }

  /** The turn, its number and its answer are committed together with the entry, or not at all. */
  async #commit(
    transaction: EntityManager,
    { id, number, body, dropped, lease, slot }: Turn,
    call: AnsweredCall,
  ): Promise<ConversationAnswer> {
    await lease.releaseIn(transaction);
    await this.store.addTurn(transaction, {
      conversationId: id,
      turnNumber: number,
      userMessage: body.message,
      assistantMessage: call.answer.text,
      bookingKey: bookingKey(call.entry),
      userId: body.user_id,
      system: body.system,
    });
    const totals = await readTotals(transaction, { conversationId: id });
    const { usd, number: total } = moneyPair(totals.cost);
    const answer = {
      ...callAnswer(call),
      conversation_id: id,
      turn_count: number,
      total_cost: total,
      total_cost_usd: usd,
      total_cost_status: totals.costStatus,
      dropped_turns: dropped,
    };
    await slot?.store(transaction, answer);
    return answer;
  }
}

function leaseName(id: string): string {
  return `conversation ${id}`;
}

/** A turn without a user is that of the conversation's user. */
function userOf(body: ConversationRequest, open: OpenConversation): string | undefined {
  return body.user_id ?? open.userId ?? undefined;
}
