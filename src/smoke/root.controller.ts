import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProviderRegistry } from '../llm/index.js';
import { VERSION } from '../version.js';

const ENDPOINTS = {
  'POST /chat': 'One question, one answer, with its exact cost',
  'POST /workflow': 'A task in three steps: analyse, look into earlier runs, respond',
  'GET /workflow/{id}': 'A run: its steps and what they cost',
  'DELETE /workflow/{id}': 'Deletes its words; the ledger keeps the money',
  'POST /conversation': 'A turn of a conversation that remembers',
  'GET /conversation': 'The conversations and what they cost',
  'GET /conversation/{id}': 'The turns of one conversation',
  'DELETE /conversation/{id}': 'Deletes what was said; the ledger keeps the money',
  'GET /usage': 'Cost, tokens and calls by model, user, day …',
  'GET /prices': 'What models cost, which have no price; prices of your own at /prices/overrides',
  'POST /prices/reprice': 'Prices the past anew; at first only shows what would change',
  'GET /budgets': 'What may be spent, and what is left; POST, PATCH and DELETE as well',
  'GET /keys': 'API keys; POST makes one, DELETE /keys/{id} revokes one',
  'GET /health': 'Is it well? Also /health/live and /health/ready',
  'GET /metrics': 'Prometheus metrics',
  'GET /items/{item_id}': 'Smoke test',
  'GET /api/users/{user_id}': 'Smoke test',
  'GET /docs': 'Swagger UI; the document is at /openapi.json',
};

/** What this is and where to go. */
@ApiTags('Service')
@Controller()
export class RootController {
  constructor(private readonly providers: ProviderRegistry) {}

  @Get()
  @ApiOperation({ summary: 'Name, version, endpoints, providers' })
  root() {
    return {
      name: 'spanledger',
      version: VERSION,
      endpoints: ENDPOINTS,
      providers: this.providers.all.map(({ name, missingVariable }) => ({
        name,
        configured: missingVariable === undefined,
        ...(missingVariable && { set: missingVariable }),
      })),
    };
  }
}
