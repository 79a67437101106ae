import { Module } from '@nestjs/common';
import { BudgetModule } from '../budget/index.js';
import { LedgerModule } from '../ledger/index.js';
import { LlmModule } from '../llm/index.js';
import { PricesModule } from '../prices/index.js';
import { BudgetMetrics } from './metrics/budget-metrics.js';
import { ExportLog } from './export-log.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';

@Module({
  imports: [BudgetModule, LedgerModule, LlmModule, PricesModule],
  controllers: [HealthController, MetricsController],
  providers: [BudgetMetrics, ExportLog, Lifecycle, MetricsService],
  exports: [Lifecycle, MetricsService],
})
export class ObservabilityModule {}
