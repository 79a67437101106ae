export {
  LogToSpanBridge,
  type LogRecordLike,
  type LogRecordProcessorLike,
  type LogToSpanBridgeOptions,
} from './log-to-span-bridge.js';
export { writeOldContent } from './old-content.js';
