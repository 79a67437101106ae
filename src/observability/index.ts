export { JsonLogger } from './json-logger.js';
export { Lifecycle } from './lifecycle.js';
export { stdoutLines } from './line-writer.js';
export { MetricsService } from './metrics/metrics.service.js';
export { ObservabilityModule } from './observability.module.js';
export { registerRoom, Room, shedBeyond } from './shedding.js';
export { requestLineFormat } from './request-line.js';
export { registerRequestTelemetry } from './request-telemetry.hooks.js';
