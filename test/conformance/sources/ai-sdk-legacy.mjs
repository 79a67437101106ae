import { LegacyOpenTelemetry } from '@ai-sdk/otel';
import { askWithTool } from '../ai-sdk-calls.mjs';

export const title = 'Vercel AI SDK, LegacyOpenTelemetry: an agent that calls a tool, and a stream';
export const packages = ['ai', '@ai-sdk/otel', '@ai-sdk/anthropic'];

export const run = ({ url }) => askWithTool(url, new LegacyOpenTelemetry());
