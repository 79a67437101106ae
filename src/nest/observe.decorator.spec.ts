import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  Scope,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { of, type Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Observe } from './observe.decorator.js';

const exporter = new InMemorySpanExporter();

@Injectable({ scope: Scope.REQUEST })
class Greeter {
  #calls = 0;

  @Observe({ kind: 'tool', name: 'greet' })
  greet(whom: string): string {
    this.#calls += 1;
    return `${whom} ${this.#calls}`;
  }

  get calls(): number {
    return this.#calls;
  }
}

@Injectable()
class Open implements CanActivate {
  @Observe({ name: 'guard' })
  canActivate(): boolean {
    return true;
  }
}

@Controller('shop')
class ShopController {
  constructor(private readonly greeter: Greeter) {}

  @Observe({ name: 'above' })
  @Get('above/:whom')
  @HttpCode(202)
  above(@Param('whom') whom: string): string {
    return this.greeter.greet(whom);
  }

  @Post('below')
  @UseGuards(Open)
  @Observe((body: { whom: string }) => ({ name: 'below', metadata: { whom: body.whom } }))
  async below(@Body() body: { whom: string }): Promise<{ greeting: string; calls: number }> {
    return { greeting: this.greeter.greet(body.whom), calls: this.greeter.calls };
  }

  @Observe({ name: 'observable' })
  @Get('observable')
  observable(): Observable<string> {
    return of('streamed');
  }
}

@Module({ controllers: [ShopController], providers: [Greeter, Open] })
class ShopModule {}

describe('@Observe() in a Nest application', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    app = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    trace.disable();
  });
  beforeEach(() => exporter.reset());

  const names = () => exporter.getFinishedSpans().map(({ name }) => name);

  it("stands above Nest's decorators: route, status and parameters are kept", async () => {
    const answer = await app.inject({ url: '/shop/above/Ada' });
    expect([answer.statusCode, answer.body]).toEqual([202, 'Ada 1']);
    expect(names()).toEqual(['execute_tool greet', 'above']);
  });

  it('stands below them, on guards and on request-scoped providers', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/shop/below',
      payload: { whom: 'Ada' },
    });
    expect(answer.json()).toEqual({ greeting: 'Ada 1', calls: 1 });
    expect(names()).toEqual(['guard', 'execute_tool greet', 'below']);
    expect(exporter.getFinishedSpans().at(-1)?.attributes['metadata.whom']).toBe('Ada');
  });

  it('follows an Observable that Nest subscribes to', async () => {
    expect((await app.inject({ url: '/shop/observable' })).body).toBe('streamed');
    expect(names()).toEqual(['observable']);
  });

  it('keeps the metadata of a method and its name', () => {
    const above: unknown = Reflect.get(ShopController.prototype, 'above');
    if (typeof above !== 'function') throw new Error('The method is gone');
    expect(above.name).toBe('above');
    expect(Reflect.getMetadata('path', above)).toBe('above/:whom');
    expect(Reflect.getMetadata('design:paramtypes', ShopController.prototype, 'above')).toEqual([
      String,
    ]);
  });
});
