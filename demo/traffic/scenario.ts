import { Random } from '../fake-provider/random.ts';

/** One request of the traffic. */
export interface Step {
  readonly path: '/chat' | '/conversation' | '/workflow';
  readonly body: Record<string, unknown>;
  /** A request that is wrong on purpose: the service should refuse it. */
  readonly refused: boolean;
}

const USERS = ['ada', 'grace', 'linus', 'margaret', 'dennis'] as const;
const TOPICS = [
  'the benefits of serverless architecture',
  'how to rotate database passwords safely',
  'a migration from REST to events',
  'cutting the cost of container images',
  'choosing an index for time series',
  'testing code that talks to a model',
] as const;
const FOLLOW_UPS = [
  'Why?',
  'What does that cost?',
  'Give me an example.',
  'And the risks?',
] as const;
const TYPES = ['task_processing', 'customer_support', 'research'] as const;
const TURNS_PER_CONVERSATION = 5;

/** What the n-th request of a run is: the same for every run with the same seed. */
export function stepOf(seed: number, n: number): Step {
  const random = new Random(seed, 'traffic', n);
  const user_id = random.pick(USERS);
  const dice = random.next();
  if (dice < 0.04) return { path: '/chat', body: { message: '', user_id }, refused: true };
  if (dice < 0.45) {
    const body = {
      message: `Tell me about ${random.pick(TOPICS)}`,
      user_id,
      tags: ['demo'],
      metadata: { n },
      stream: random.next() < 0.4,
    };
    return { path: '/chat', body, refused: false };
  }
  if (dice < 0.85) return { path: '/conversation', body: turn(seed, n, random), refused: false };
  const body = {
    task: `Analyze ${random.pick(TOPICS)}`,
    workflow_type: random.pick(TYPES),
    user_id,
  };
  return { path: '/workflow', body, refused: false };
}

/** Neighbouring requests share a conversation, so that it gets several turns. */
function turn(seed: number, n: number, random: Random): Record<string, unknown> {
  const number = Math.floor(n / (TURNS_PER_CONVERSATION * 2));
  const owner = new Random(seed, 'conversation', number).pick(USERS);
  const first = `Let us talk about ${random.pick(TOPICS)}`;
  return {
    conversation_id: `demo_${seed}_${number}`,
    user_id: owner,
    message: random.next() < 0.3 ? first : random.pick(FOLLOW_UPS),
  };
}
