import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiAnswer } from '../http/openapi.js';

const id = z
  .string()
  .regex(/^-?\d{1,15}$/, 'Must be an integer')
  .transform(Number);

const itemParams = z.strictObject({ item_id: id });
const userParams = z.strictObject({ user_id: id });

const item = z.object({ item_id: z.int() }).meta({ id: 'Item' });
const user = z.object({ id: z.int(), name: z.string() }).meta({ id: 'User' });

/** Routes that do nothing: for smoke tests, dashboards and benchmarks. */
@ApiTags('Smoke')
@Controller()
export class SmokeController {
  @Get('items/:item_id')
  @ApiOperation({ summary: 'The id that was asked for' })
  @ApiAnswer(200, item)
  item(@Param({ schema: itemParams }) { item_id }: z.infer<typeof itemParams>) {
    return { item_id };
  }

  @Get('api/users/:user_id')
  @ApiOperation({ summary: 'A user who is always John' })
  @ApiAnswer(200, user)
  user(@Param({ schema: userParams }) { user_id }: z.infer<typeof userParams>) {
    return { id: user_id, name: 'John' };
  }
}
