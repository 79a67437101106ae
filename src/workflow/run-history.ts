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
/** Of a caller's runs the newest: a search must not take longer with every run. */
const MOST_SEARCHED = 100;
/** Of the text, what is searched for: long texts make long queries and no better ones. */
const MOST_QUERY_CHARACTERS = 2_000;

/** Full-text search over earlier runs: the workflow's tool. */
@Injectable()
export class RunHistory {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Completed runs of the same caller that share words with the text, the best first, at most
   * five of the newest hundred. Callers who give no user share the runs that have none.
   */
  @Observe({ kind: 'tool', name: 'database_query' })
  async search(text: string, userId: string | undefined): Promise<EarlierRun[]> {
    return this.dataSource.query(
      // Any shared word counts, the rank decides: plainto_tsquery alone would ask for all words.
      `WITH query AS (
         SELECT replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery AS words
       )
       SELECT run.id, run.task, run.result
       FROM (
         SELECT id, task, result, started_at FROM workflow_run
         WHERE coalesce(user_id, '') = $2 AND coalesce(api_key_id, '') = $4
           AND status = 'completed'
         ORDER BY started_at DESC
         LIMIT $5
       ) AS run, query, to_tsvector('english', run.task || ' ' || coalesce(run.result, '')) AS told
       WHERE told @@ query.words
       ORDER BY ts_rank(told, query.words) DESC, run.started_at DESC
       LIMIT $3`,
      [
        text.slice(0, MOST_QUERY_CHARACTERS),
        userId ?? '',
        MOST_ROWS,
        currentScope().apiKeyId ?? '',
        MOST_SEARCHED,
      ],
    );
  }
}
