import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { LlmModule } from '../llm/index.js';
import { ExportLog } from './export-log.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';

@Module({
  imports: [LedgerModule, LlmModule],
  controllers: [HealthController, MetricsController],
  providers: [ExportLog, Lifecycle, MetricsService],
  exports: [Lifecycle, MetricsService],
})
export class ObservabilityModule {}
