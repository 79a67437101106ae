import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { leanFetch } from './lean-fetch.js';

/** The one connection pool to all providers, closed with the application. */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  readonly #lean = leanFetch();
  readonly fetch = this.#lean.fetch;

  async onApplicationShutdown(): Promise<void> {
    await this.#lean.close();
  }
}
