export { SpanEncoder } from './span-encoder.js';
