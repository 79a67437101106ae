export {
  isConflict,
  isConnectionLoss,
  isDataFault,
  isUnavailable,
  isUnheldValue,
  reasonOf,
} from './database-errors.js';
export { checkSchema } from './check-schema.js';
export { databaseOptions } from './database-options.js';
export { IN_MEMORY, type DatabaseKind, type DatabaseSettings } from './database-settings.js';
export { DatabaseModule, type DatabaseModuleAsyncOptions } from './database.module.js';
export { DatabaseService } from './database.service.js';
export { openDatabase } from './open-database.js';
