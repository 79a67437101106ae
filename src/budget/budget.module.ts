import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../ledger/index.js';
import { BudgetEntity } from './budget.entity.js';
import {
  BudgetHoldEntity,
  BudgetSpendingEntity,
  BudgetWindowEntity,
} from './budget-window.entity.js';
import { BudgetEvents } from './budget-events.js';
import { BudgetFile } from './budget-file.js';
import { BudgetReader } from './budget-reader.js';
import { BudgetStore } from './budget-store.js';
import { BudgetUpkeep } from './budget-upkeep.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetService } from './budget.service.js';

const entities = [BudgetEntity, BudgetWindowEntity, BudgetHoldEntity, BudgetSpendingEntity];

@Module({
  imports: [TypeOrmModule.forFeature(entities), LedgerModule],
  controllers: [BudgetsController],
  providers: [BudgetService, BudgetReader, BudgetStore, BudgetFile, BudgetEvents, BudgetUpkeep],
  exports: [BudgetService, BudgetReader, BudgetStore],
})
export class BudgetModule {}
