import type { Prompt } from '../compose.ts';
import { textOf, type ChatRequest, type ResponsesRequest, type ToolChoice } from './wire.ts';

const UNLIMITED = 100_000;

export function chatPrompt(request: ChatRequest): Prompt {
  const { messages, tools = [], tool_choice, reasoning_effort } = request;
  return {
    said: messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    tools: tools.map(({ function: { name, parameters } }) => ({ name, schema: parameters })),
    toolChoice: choiceOf(tool_choice, (named) => named.function.name),
    hasToolResult: messages.at(-1)?.role === 'tool',
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? UNLIMITED,
    thinks: reasons(reasoning_effort),
  };
}

export function responsesPrompt(request: ResponsesRequest): Prompt {
  const { instructions, input, tools = [], tool_choice, reasoning } = request;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return {
    said: [
      ...(instructions === undefined ? [] : [{ role: 'system', text: instructions }]),
      ...items.map(({ role = 'tool', content, output }) => ({
        role,
        text: output ?? textOf(content),
      })),
    ],
    tools: tools.map(({ name, parameters }) => ({ name, schema: parameters })),
    toolChoice: choiceOf(tool_choice, ({ name }) => name),
    hasToolResult: items.at(-1)?.type === 'function_call_output',
    maxTokens: request.max_output_tokens ?? UNLIMITED,
    thinks: reasons(reasoning?.effort),
  };
}

function choiceOf<Named extends object>(
  choice: ToolChoice<Named> = 'auto',
  nameOf: (named: Named) => string,
): Prompt['toolChoice'] {
  if (typeof choice === 'object') return { name: nameOf(choice) };
  return choice === 'required' ? 'any' : choice;
}

function reasons(effort: string | undefined): boolean {
  return effort !== undefined && effort !== 'none';
}
