import type { MixedList } from 'typeorm';
import { Initial1790000000000 } from './1790000000000-initial.js';
import { Streams1790000100000 } from './1790000100000-streams.js';
import { Budgets1790000200000 } from './1790000200000-budgets.js';
import { ApiKey1790000300000 } from './1790000300000-api-key.js';
import { Adjustments1790000400000 } from './1790000400000-adjustments.js';
import { Usage1790000450000 } from './1790000450000-usage.js';
import { PriceOverrides1790000600000 } from './1790000600000-price-overrides.js';
import { WorkflowDeletion1790000700000 } from './1790000700000-workflow-deletion.js';
import { Identity1790000800000 } from './1790000800000-identity.js';
import { RunHistory1790000900000 } from './1790000900000-run-history.js';
import { AnswerSubject1790001000000 } from './1790001000000-answer-subject.js';

/** Every migration, oldest first. Listed by hand, so that a bundle or another folder layout cannot lose one. */
export const migrations: MixedList<Function> = [
  Initial1790000000000,
  Streams1790000100000,
  Budgets1790000200000,
  ApiKey1790000300000,
  Adjustments1790000400000,
  Usage1790000450000,
  PriceOverrides1790000600000,
  WorkflowDeletion1790000700000,
  Identity1790000800000,
  RunHistory1790000900000,
  AnswerSubject1790001000000,
];
