import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Post,
  Scope,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { of, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedSpans } from '../genai/observe/testing/spans.js';
import { currentScope } from '../genai/scope/index.js';
import { Agent, Conversation, Observe, Workflow } from './index.js';

const spans = exportedSpans();

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

  @Get('missing')
  @Observe({ name: 'missing' })
  missing(): never {
    throw new NotFoundException('Nothing here');
  }

  @Observe({ name: 'observable' })
  @Get('observable')
  observable(): Observable<string> {
    return of('streamed');
  }
}

interface Ask {
  readonly id: string;
}

@Controller('scoped')
class ScopedController {
  @Workflow((run: string) => ({ id: run, type: 'import' }))
  @Get('workflow/:run')
  workflow(@Param('run') _run: string): object {
    return currentScope();
  }

  @Post('conversation')
  @Conversation((ask: Ask) => ({ id: ask.id, turn: 2 }))
  @Agent({ name: 'clerk' })
  async conversation(@Body() _ask: Ask): Promise<object> {
    return currentScope();
  }
}

@Module({ controllers: [ShopController, ScopedController], providers: [Greeter, Open] })
class ShopModule {}

describe('@Observe() in a Nest application', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
  });
  afterAll(() => app.close());

  const names = () => spans().map(({ name }) => name);

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
    expect(spans().at(-1)?.attributes['metadata.whom']).toBe('Ada');
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

  it('opens the scope of a workflow, a conversation, an agent, from the arguments', async () => {
    const workflow = await app.inject({ url: '/scoped/workflow/run-1' });
    expect(workflow.json()).toEqual({ workflow: { id: 'run-1', type: 'import' } });
    const url = '/scoped/conversation';
    const answer = await app.inject({ method: 'POST', url, payload: { id: 'c' } });
    expect(answer.json()).toEqual({
      conversation: { id: 'c', turn: 2 },
      agent: { name: 'clerk' },
    });
    expect(names()).toEqual(['invoke_workflow import', 'invoke_agent clerk', 'conversation']);
    expect(spans()[1]?.attributes['gen_ai.conversation.id']).toBe('c');
  });

  it('leaves getters alone, and works on static methods', () => {
    class Plain {
      static readonly #unit = 'g';

      // @ts-expect-error the compiler knows better, plain JavaScript does not
      @Observe({ name: 'getter' })
      get weight(): number {
        return 3;
      }

      @Observe({ name: 'static' })
      static unit(): string {
        return this.#unit;
      }
    }
    expect([new Plain().weight, Plain.unit()]).toEqual([3, 'g']);
    expect(names()).toEqual(['static']);
  });

  it('makes no difference to a guard or a method that throws', async () => {
    const answer = await app.inject({ url: '/shop/missing' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ message: 'Nothing here' });
    expect(spans()[0]?.attributes['error.type']).toBe('NotFoundException');
  });
});
