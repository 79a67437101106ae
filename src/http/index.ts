export { ClientGoneError } from './client-gone.js';
export { ClientSignal } from './client-signal.decorator.js';
export { answerRequest, wantsEvents } from './event-stream/answer-request.js';
export {
  SECURITY_HEADERS,
  SERVER_LIMITS,
  clientErrorHandler,
  refuseEncodedBodies,
  registerSecurityHeaders,
} from './hardening.js';
export { IdempotencyModule } from './idempotency/idempotency.module.js';
export { IdempotencyService, type AnswerSlot } from './idempotency/idempotency.service.js';
export { sendAnswer } from './idempotency/send-answer.js';
export {
  Problem,
  conflict,
  invalidRequest,
  notFound,
  type FieldFault,
  type ProblemDocument,
} from './problem/problem.js';
export { dropStalledReaders } from './stalled-readers.js';
export { ProblemFilter } from './problem/problem.filter.js';
export { sendProblem } from './problem/send-problem.js';
export { toProblem } from './problem/to-problem.js';
export { parseRequest, validationPipe } from './problem/validation.js';
export {
  contextOfRequest,
  currentRequestTelemetry,
  type RequestFacts,
  type RequestTelemetry,
} from './request-telemetry.js';
