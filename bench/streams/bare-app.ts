import Anthropic from '@anthropic-ai/sdk';
import { fastify } from 'fastify';

/**
 * What streams are measured against: the same SDK with its default fetch, its text piped to the
 * same events, and nothing else.
 */
const client = new Anthropic();
const app = fastify();

app.get('/items/1', () => ({ item_id: 1 }));

app.post<{ Body: { message: string } }>('/chat', async ({ body }, reply) => {
  const stream = await client.messages.create({
    model: 'claude-sonnet-5',
    max_tokens: 1024,
    messages: [{ role: 'user', content: body.message }],
    stream: true,
  });
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const event of stream) {
    if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue;
    const { text: delta } = event.delta;
    reply.raw.write(`event: message\ndata: ${JSON.stringify({ delta })}\n\n`);
  }
  reply.raw.end('event: done\ndata: {}\n\n');
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
