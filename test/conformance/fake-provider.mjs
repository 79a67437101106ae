import { createServer } from 'node:http';

/*
 * A provider with one answer, in the formats of Anthropic's Messages and of OpenAI's Chat
 * Completions, Responses and Embeddings. Usage is always the same, so every recording can be
 * checked by hand: 1,110 input tokens of which 900 were read from cache (Anthropic also writes 200:
 * 150 for five minutes, 50 for an hour), 50 output tokens of which 20 were reasoning.
 */

const ANTHROPIC_USAGE = {
  input_tokens: 10,
  cache_read_input_tokens: 900,
  cache_creation_input_tokens: 200,
  cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 },
  output_tokens: 50,
  output_tokens_details: { thinking_tokens: 20 },
  service_tier: 'standard',
};
const CHAT_USAGE = {
  prompt_tokens: 1110,
  completion_tokens: 50,
  total_tokens: 1160,
  prompt_tokens_details: { cached_tokens: 900 },
  completion_tokens_details: { reasoning_tokens: 20 },
};
const RESPONSES_USAGE = {
  input_tokens: 1110,
  input_tokens_details: { cached_tokens: 900 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 1160,
};

let calls = 0;
const nextId = (prefix) => `${prefix}_${String(++calls).padStart(4, '0')}`;

/** The first answer to a request with tools asks for the first of them; the next one is text. */
function wantsTool(body) {
  return body.tools?.length > 0 && !JSON.stringify(body.messages ?? []).includes('tool_result');
}

function anthropic(body) {
  const tool = wantsTool(body);
  return {
    id: nextId('msg'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: tool
      ? [{ type: 'tool_use', id: 'toolu_1', name: body.tools[0].name, input: { city: 'Oslo' } }]
      : [{ type: 'text', text: 'Four.' }],
    stop_reason: tool ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: ANTHROPIC_USAGE,
  };
}

function* anthropicStream(body) {
  const message = anthropic(body);
  const usage = { ...ANTHROPIC_USAGE, output_tokens: 1, output_tokens_details: null };
  yield { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } };
  yield { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
  yield { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Four.' } };
  yield { type: 'content_block_stop', index: 0 };
  yield {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 50, output_tokens_details: { thinking_tokens: 20 } },
  };
  yield { type: 'message_stop' };
}

function chat(body) {
  return {
    id: nextId('chatcmpl'),
    object: 'chat.completion',
    created: 1_760_000_000,
    model: body.model,
    service_tier: 'default',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Four.' }, finish_reason: 'stop' },
    ],
    usage: CHAT_USAGE,
  };
}

function* chatStream(body) {
  const head = { ...chat(body), object: 'chat.completion.chunk', usage: null };
  const chunk = (delta, finish_reason = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  });
  yield chunk({ role: 'assistant', content: 'Four.' });
  yield chunk({}, 'stop');
  if (body.stream_options?.include_usage) yield { ...head, choices: [], usage: CHAT_USAGE };
}

function responses(body) {
  return {
    id: nextId('resp'),
    object: 'response',
    created_at: 1_760_000_000,
    status: 'completed',
    model: body.model,
    service_tier: 'default',
    output: [
      {
        id: 'item_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Four.', annotations: [] }],
      },
    ],
    usage: RESPONSES_USAGE,
  };
}

function embeddings(body) {
  return {
    object: 'list',
    model: body.model,
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    usage: { prompt_tokens: 1110, total_tokens: 1110 },
  };
}

const ROUTES = {
  '/v1/messages': { answer: anthropic, stream: anthropicStream, named: true },
  '/v1/chat/completions': { answer: chat, stream: chatStream },
  '/v1/responses': { answer: responses },
  '/v1/embeddings': { answer: embeddings },
};

/** Starts the provider on a free port; `url` has no path. */
export async function startFakeProvider() {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const route = ROUTES[new URL(request.url, 'http://localhost').pathname];
    const body = JSON.parse(text || '{}');
    if (!route || body.model === 'no-such-model') {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          type: 'error',
          error: { type: 'not_found_error', message: 'no such model' },
        }),
      );
      return;
    }
    if (!body.stream) {
      response.writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_1' });
      response.end(JSON.stringify(route.answer(body)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of route.stream(body)) {
      response.write(
        `${route.named ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
      );
    }
    response.end(route.named ? '' : 'data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
