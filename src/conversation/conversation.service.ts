import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { DatabaseService } from '../database/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import { currentScope, withConversation } from '../genai/scope/index.js';
import { IdempotencyService, currentRequestTelemetry, type AnswerSlot } from '../http/index.js';
import { ownerSeenBy, type Caller } from '../identity/index.js';
import { LeaseService, type Lease } from '../lease/index.js';
import { bookingKey, moneyPair, readTotals } from '../ledger/index.js';
import {
  LlmService,
  ProviderRegistry,
  callAnswer,
  type AnsweredCall,
  type CallOptions,
  type CutCall,
  type ModelRequest,
} from '../llm/index.js';
import { Observe } from '../nest/index.js';
import {
  ConversationStore,
  noSuchConversation,
  type NewTurn,
  type OpenConversation,
} from './conversation-store.js';
import type { ConversationAnswer, ConversationRequest } from './conversation.schema.js';
import { BYTES_PER_TOKEN, trimHistory } from './history.js';

/** Most tokens of one answer. */
const MAX_TOKENS = 1024;
/** Taken for models whose window the catalogue does not know: what all current ones have. */
const SMALLEST_WINDOW = 128_000;

/** What is said, in whichever form it is answered. */
type Message = Omit<ConversationRequest, 'stream'>;

/** A turn on its way: everything that its commit needs. */
interface Turn {
  readonly id: string;
  readonly number: number;
  readonly body: Message;
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
    private readonly database: DatabaseService,
  ) {}

  /**
   * Adds a turn. Turns of one conversation run one after the other; a turn that fails leaves
   * nothing behind but its entry in the ledger.
   */
  async converse(
    body: Message,
    options: CallOptions,
    slot: AnswerSlot | undefined,
    caller: Caller,
  ): Promise<ConversationAnswer> {
    const model = body.model ?? this.config.llm.defaultModel;
    const chosen = this.providers.choose({ model, provider: body.provider });
    const id = body.conversation_id ?? `conv_${randomUUID()}`;
    currentRequestTelemetry()?.note({ conversation_id: id });

    return this.leases.hold(leaseName(id), options.signal, async (lease) => {
      const open = await this.store.open(id, body.user_id, ownerSeenBy(caller));
      const number = open.turnCount + 1;
      const system = body.system ?? open.system ?? undefined;
      const { servedBy } = chosen.provider;
      const window = this.prices.contextWindow(servedBy, chosen.model) ?? SMALLEST_WINDOW;
      const turns = await this.store.recentTurns(id, Math.floor(window * BYTES_PER_TOKEN));
      const { message } = body;
      const history = trimHistory({ turns, message, system, window, maxTokens: MAX_TOKENS });
      const dropped = open.turnCount - history.keptTurns;
      const turn: Turn = { id, number, body, dropped, lease, slot };

      return withConversation({ id, turn: number, userId: userOf(body, open) }, () =>
        this.takeTurn(
          {
            model,
            provider: body.provider,
            messages: history.messages,
            system,
            maxTokens: MAX_TOKENS,
          },
          turn,
          options,
        ),
      );
    });
  }

  /** @throws {Problem} 404 when there is no such conversation */
  async delete(id: string, signal: AbortSignal, owner: string | undefined): Promise<void> {
    // Both or nothing: a second try would find nothing said, and leave the stored answers of the first.
    const deleted = await this.leases.hold(leaseName(id), signal, () =>
      this.database.transaction(async (tx) => {
        const found = await this.store.delete(tx, id, owner);
        if (found) await this.idempotency.forget(tx, 'POST /conversation', id);
        return found;
      }),
    );
    if (!deleted) throw noSuchConversation();
    await this.database.scrub('conversation', 'conversation_turn', 'idempotency_record');
  }

  @Observe({ name: 'conversation turn' })
  protected takeTurn(
    request: ModelRequest,
    turn: Turn,
    options: CallOptions,
  ): Promise<ConversationAnswer> {
    const alsoWhenCut = (transaction: EntityManager, call: CutCall) =>
      this.#keepCut(transaction, turn, call);
    return this.llm.callWith(request, { ...options, alsoWhenCut }, (transaction, call) =>
      this.#commit(transaction, turn, call),
    );
  }

  /** The turn, its number and its answer are committed together with the entry, or not at all. */
  async #commit(
    transaction: EntityManager,
    turn: Turn,
    call: AnsweredCall,
  ): Promise<ConversationAnswer> {
    const { id, number, dropped, slot } = turn;
    await this.#addTurn(transaction, turn, {
      assistantMessage: call.answer.text,
      bookingKey: bookingKey(call.entry),
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

  /** What the reader has seen of a cut answer was said; a turn of nothing was not. */
  async #keepCut(transaction: EntityManager, turn: Turn, { cut, entry }: CutCall): Promise<void> {
    const { reason: cutReason, answer } = cut;
    if (answer.text === '') return;
    await this.#addTurn(transaction, turn, {
      assistantMessage: answer.text,
      cutReason,
      bookingKey: bookingKey(entry),
    });
  }

  async #addTurn(
    transaction: EntityManager,
    { id, number, body, lease }: Turn,
    said: Pick<NewTurn, 'assistantMessage' | 'bookingKey' | 'cutReason'>,
  ): Promise<void> {
    await lease.releaseIn(transaction);
    await this.store.addTurn(transaction, {
      ...said,
      conversationId: id,
      turnNumber: number,
      userMessage: body.message,
      userId: body.user_id,
      apiKeyId: currentScope().apiKeyId,
      system: body.system,
    });
  }
}

function leaseName(id: string): string {
  return `conversation ${id}`;
}

/** A turn without a user is that of the conversation's user. */
function userOf(body: ConversationRequest, open: OpenConversation): string | undefined {
  return body.user_id ?? open.userId ?? undefined;
}
