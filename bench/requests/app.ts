import 'reflect-metadata';
import { Controller, Get, Module, Param, ParseIntPipe, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * The service's two smoke routes on bare Nest and Fastify, with Nest's own check of the id. The
 * decorators are called by hand, because this file runs without a build.
 */
class SmokeController {
  item(id: number) {
    return { item_id: id };
  }

  user(id: number) {
    return { id, name: 'John' };
  }
}

const { prototype } = SmokeController;
for (const [path, method] of [
  ['items/:id', 'item'],
  ['api/users/:id', 'user'],
] as const) {
  Param('id', ParseIntPipe)(prototype, method, 0);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
  Get(path)(prototype, method, descriptor);
}
Controller()(SmokeController);

/** Starts it on `PORT`, with whatever else is provided. */
export async function listen(providers: ModuleMetadata['providers'] = []): Promise<void> {
  class AppModule {}
  Module({ controllers: [SmokeController], providers })(AppModule);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}
