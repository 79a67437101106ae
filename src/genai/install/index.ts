export type { ExportCounts } from './export-watch.js';
export { install, installed, type Installed, type InstallOptions } from './install.js';
