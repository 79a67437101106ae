import { Module } from '@nestjs/common';
import { BudgetModule } from '../budget/index.js';
import { LedgerModule } from '../ledger/index.js';
import { LlmModule } from '../llm/index.js';
import { BudgetMetrics } from './budget-metrics.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';

@Module({
  imports: [BudgetModule, LedgerModule, LlmModule],
  controllers: [HealthController, MetricsController],
  providers: [Lifecycle, MetricsService, BudgetMetrics],
  exports: [Lifecycle, MetricsService],
})
export class ObservabilityModule {}
