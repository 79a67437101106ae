import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { currentScope } from '../genai/scope/index.js';
import { Observe } from '../nest/index.js';

/** An earlier run that has to do with the task. */
export interface EarlierRun {
  readonly id: string;
  readonly task: string;
  readonly result: string | null;
}

/** More rows would fill the next prompt without making it better. */
const MOST_ROWS = 5;
/** Of the text, what is searched for: long texts make long queries and no better ones. */
const MOST_QUERY_CHARACTERS = 2_000;

/** Full-text search over earlier runs: the workflow's tool. */
@Injectable()
export class RunHistory {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Completed runs of the same caller that share words with the text, the best first, at most
   * five. Callers who give no user share the runs that have none.
   */
  @Observe({ kind: 'tool', name: 'database_query' })
  async search(text: string, userId: string | undefined): Promise<EarlierRun[]> {
    return this.dataSource.query(
      // Any shared word counts, the rank decides: plainto_tsquery alone would ask for all words.
      `WITH query AS (
         SELECT replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery AS words
       )
       SELECT run.id, run.task, run.result
       FROM workflow_run AS run, query
       WHERE to_tsvector('english', run.task || ' ' || coalesce(run.result, '')) @@ query.words
         AND run.status = 'completed'
         AND run.user_id IS NOT DISTINCT FROM $2
         AND run.api_key_id IS NOT DISTINCT FROM $4
       ORDER BY ts_rank(to_tsvector('english', run.task || ' ' || coalesce(run.result, '')),
                        query.words) DESC, run.started_at DESC
       LIMIT $3`,
      [
        text.slice(0, MOST_QUERY_CHARACTERS),
        userId ?? null,
        MOST_ROWS,
        currentScope().apiKeyId ?? null,
      ],
    );
  }
}
