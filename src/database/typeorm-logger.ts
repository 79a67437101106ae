import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';

/**
 * Hands TypeORM's notes to Nest's logger: its own would write to the console, past the JSON lines.
 * Failed statements are thrown to their caller and not logged twice; parameters are never logged.
 */
export class TypeOrmLogger implements Logger {
  readonly #logger = new NestLogger('Database');

  logQuery(): void {}

  logQueryError(): void {}

  logQuerySlow(milliseconds: number, query: string): void {
    this.#logger.warn(`Slow statement, ${milliseconds} ms: ${query}`);
  }

  logSchemaBuild(): void {}

  logMigration(message: string): void {
    this.#logger.log(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.#logger.warn(message);
  }
}
