import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/index.js';
import { RootController } from './root.controller.js';
import { SmokeController } from './smoke.controller.js';

@Module({ imports: [LlmModule], controllers: [RootController, SmokeController] })
export class SmokeModule {}
