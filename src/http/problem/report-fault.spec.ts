import { Logger } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import type { RequestTelemetry } from '../request-telemetry.js';
import { reportFault } from './report-fault.js';
import { toProblem } from './to-problem.js';

const fail = vi.fn<RequestTelemetry['fail']>();
const telemetry = { fail } as unknown as RequestTelemetry;
const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
afterEach(() => void vi.clearAllMocks());

it('tells what a fault was before it was made a problem on its way', () => {
  const fault = new TypeError('rows is undefined');
  // As a workflow does it, whose caller is to hear of the run.
  const problem = toProblem(fault).with({ workflow_id: 'workflow_1' });
  reportFault(problem, toProblem(problem), telemetry);
  expect(error).toHaveBeenCalledExactlyOnceWith(fault);
  expect(fail).toHaveBeenCalledExactlyOnceWith(fault, problem);
});

it('tells why the database is away, but not of every request', () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  for (let request = 0; request < 3; request += 1) reportFault(away, toProblem(away), telemetry);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toContain('connect ECONNREFUSED');
  expect(error).not.toHaveBeenCalled();
});

it('tells what the database could not hold, for a check is missing there', () => {
  const refused = Object.assign(new Error('date out of range'), { code: '22008' });
  reportFault(refused, toProblem(refused), telemetry);
  expect(warn.mock.calls[0]?.[0]).toContain('date out of range');
  expect(error).not.toHaveBeenCalled();
});

it('is silent about what is the fault of others', () => {
  const gone = Object.assign(new Error('Not Found'), { statusCode: 404 });
  reportFault(gone, toProblem(gone), telemetry);
  expect(error).not.toHaveBeenCalled();
  expect(warn).not.toHaveBeenCalled();
});
