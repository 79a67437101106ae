import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import {
  startFakeProvider,
  type FakeProvider,
  type FakeProviderOptions,
} from '../../demo/fake-provider/index.ts';
import '../../src/instrumentation.js';
import { loadConfig } from '../../src/config/index.js';
import { drain } from '../../src/drain.js';
import { createApp } from '../../src/create-app.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { HttpClient } from './http.js';

/** The whole service in this process, on a real port and a database of its own. */
export class TestService extends HttpClient {
  private constructor(
    url: string,
    readonly app: NestFastifyApplication,
    readonly provider: FakeProvider,
    readonly database: TestDatabase,
  ) {
    super(url);
  }

  /** @param env further variables, over those that connect the service to its surroundings */
  static async start(
    env: Record<string, string | undefined> = {},
    providerOptions: FakeProviderOptions = {},
  ): Promise<TestService> {
    const provider = await startFakeProvider({ seed: 1, ...providerOptions });
    const database = await freshDatabase();
    const config = loadConfig({
      PORT: '0',
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_BASE_URL: `${provider.url}/v1`,
      LLM_MAX_RETRIES: '0',
      ...database.env,
      ...env,
    });
    const app = await createApp(config, false);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return new TestService(await app.getUrl(), app, provider, database);
  }

  /** Rows of the service's own database. */
  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.app.get(DataSource).query(sql, parameters);
  }

  async stop(): Promise<void> {
    await drain(this.app, 1_000);
    await this.provider.close();
    await this.database.drop();
  }
}
