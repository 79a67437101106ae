import 'reflect-metadata';
import Anthropic from '@anthropic-ai/sdk';
import { Body, Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * What the service is measured against: the same two routes on bare Nest and Fastify, the same
 * SDK with its default fetch, no telemetry, no validation, no ledger.
 *
 * The decorators are called by hand, because this file runs without a build.
 */
class BareController {
  readonly #client = new Anthropic();

  item(id: string) {
    return { item_id: Number(id) };
  }

  async chat(body: { message: string }) {
    const message = await this.#client.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 1024,
      messages: [{ role: 'user', content: body.message }],
    });
    const [block] = message.content;
    return {
      response: block?.type === 'text' ? block.text : '',
      model: message.model,
      input_tokens: message.usage.input_tokens,
      output_tokens: message.usage.output_tokens,
    };
  }
}

const { prototype } = BareController;
const route = (decorator: MethodDecorator, method: 'item' | 'chat') =>
  decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method) ?? {});
Param('id')(prototype, 'item', 0);
Body()(prototype, 'chat', 0);
route(Get('items/:id'), 'item');
route(Post('chat'), 'chat');
route(HttpCode(200), 'chat');
Controller()(BareController);

class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(Number(process.env.PORT), '127.0.0.1');
