import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiAnswer, ApiIdempotent } from '../http/openapi.js';
import { ClientSignal, IdempotencyService, sendAnswer } from '../http/index.js';
import { AskedBy, ownerSeenBy, type Caller } from '../identity/index.js';
import { WorkflowReader } from './workflow-reader.js';
import {
  workflowAnswer,
  workflowDetail,
  workflowParams,
  workflowRequest,
  type WorkflowAnswer,
  type WorkflowDetail,
  type WorkflowRequest,
} from './workflow.schema.js';
import { WorkflowService } from './workflow.service.js';

@ApiTags('LLM')
@Controller('workflow')
export class WorkflowController {
  constructor(
    private readonly workflows: WorkflowService,
    private readonly reader: WorkflowReader,
    private readonly idempotency: IdempotencyService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Works a task out in three steps: analyse, look into earlier runs, respond',
  })
  @HttpCode(200)
  @ApiIdempotent()
  @ApiAnswer(200, workflowAnswer)
  async run(
    @Body({ schema: workflowRequest }) body: WorkflowRequest,
    @Headers('idempotency-key') key: string | undefined,
    @ClientSignal() signal: AbortSignal,
    @AskedBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WorkflowAnswer | string> {
    const request = { route: 'POST /workflow', key, body, signal, owner: caller.keyId };
    const result = await this.idempotency.run(request, (slot) =>
      this.workflows.run(body, signal, slot),
    );
    return sendAnswer(result, reply);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One run: its steps and what they cost, from the ledger' })
  @ApiAnswer(200, workflowDetail)
  get(
    @Param({ schema: workflowParams }) { id }: { id: string },
    @AskedBy() caller: Caller,
  ): Promise<WorkflowDetail> {
    return this.reader.get(id, ownerSeenBy(caller));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Deletes task, result and metadata; the ledger keeps the money' })
  @HttpCode(204)
  async delete(
    @Param({ schema: workflowParams }) { id }: { id: string },
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.workflows.delete(id, ownerSeenBy(caller));
  }
}
