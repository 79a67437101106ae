import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyModule } from '../http/index.js';
import { LlmModule } from '../llm/index.js';
import { RunHistory } from './run-history.js';
import { WorkflowReader } from './workflow-reader.js';
import { WorkflowRunEntity } from './workflow-run.entity.js';
import { WorkflowStepEntity } from './workflow-step.entity.js';
import { WorkflowStore } from './workflow-store.js';
import { WorkflowController } from './workflow.controller.js';
import { WorkflowService } from './workflow.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([WorkflowRunEntity, WorkflowStepEntity]),
    IdempotencyModule,
    LlmModule,
  ],
  controllers: [WorkflowController],
  providers: [RunHistory, WorkflowStore, WorkflowReader, WorkflowService],
})
export class WorkflowModule {}
