import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import type { ReceivedRequest } from './journal.ts';
import type { Behaviour } from './options.ts';

/** What can be switched, and seen, from outside. */
export interface Switches {
  readonly requests: readonly ReceivedRequest[];
  setFault(fault: Fault): void;
  clearFaults(): void;
  setOptions(behaviour: Partial<Behaviour>): void;
}

/**
 * The switches, by HTTP, for whoever is in another process:
 * `PUT /__fake/faults` (one fault), `DELETE /__fake/faults`, `PUT /__fake/options`,
 * `GET /__fake/requests`.
 *
 * @returns whether the request was for the switches
 */
export function control(
  provider: Switches,
  method: string,
  path: string,
  text: string,
  response: ServerResponse,
): boolean {
  if (!path.startsWith('/__fake/')) return false;
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    json(400, { error: 'The body is not valid JSON' });
    return true;
  }
  switch (`${method} ${path}`) {
    case 'PUT /__fake/faults':
      provider.setFault(body as Fault);
      break;
    case 'DELETE /__fake/faults':
      provider.clearFaults();
      break;
    case 'PUT /__fake/options':
      provider.setOptions(body as Partial<Behaviour>);
      break;
    case 'GET /__fake/requests':
      json(200, provider.requests);
      return true;
    default:
      json(404, { error: `No such switch: ${method} ${path}` });
      return true;
  }
  json(200, { ok: true });
  return true;
}
