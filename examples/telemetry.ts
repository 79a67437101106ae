import {
  formatUsd,
  install,
  totalInput,
  totalOutput,
  type InferenceRecord,
} from 'spanledger/genai';

/*
 * What every example begins with: telemetry is set up once, before any client is made. Here each
 * call is printed; set OTEL_EXPORTER_OTLP_ENDPOINT to send the spans somewhere as well.
 */
export const telemetry = install({ onInference: print });

function print({ requestModel, responseModel, usage, cost, scope }: InferenceRecord): void {
  const price = cost.total === null ? cost.status : `$${formatUsd(cost.total)}`;
  const { conversation, workflow, agent, userId } = scope;
  const where = {
    conversation: conversation && `${conversation.id} turn ${conversation.turn ?? '?'}`,
    workflow: workflow?.type,
    agent: agent?.name,
    user: userId,
  };
  const known = Object.entries(where).filter(([, value]) => value !== undefined);
  console.log(
    `${responseModel ?? requestModel}: ${totalInput(usage)} tokens in, ${totalOutput(usage)} out, ${price}`,
    ...known.map(([key, value]) => `| ${key} ${value}`),
  );
}
