import {
  UseGuards,
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Problem } from '../http/index.js';
import { callerOf } from './caller.js';

class AdminGuard implements CanActivate {
  canActivate(host: ExecutionContext): boolean {
    if (callerOf(host.switchToHttp().getRequest()).role === 'admin') return true;
    throw new Problem({
      status: 403,
      kind: 'forbidden',
      detail: 'This is for keys of the role admin.',
    });
  }
}

/** On a controller or a handler: other keys than those of admins are answered 403. */
export function AdminOnly(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    UseGuards(AdminGuard),
    ApiResponse({ status: 403, description: 'The key is not an admin’s' }),
  );
}
