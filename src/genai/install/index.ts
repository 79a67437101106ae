export type { ExportCounts } from './export-watch.js';
export type { FinishedSpan, SpanRecorder } from './span-recorder.js';
export { install, installed, type Installed, type InstallOptions } from './install.js';
