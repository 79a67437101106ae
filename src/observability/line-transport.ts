import Transport from 'winston-transport';
import { stdoutLines } from './line-writer.js';

/** Under which winston keeps a line after its format is applied (`triple-beam`). */
const MESSAGE = Symbol.for('message');

/** Puts winston's lines in the same stream, and order, as the request lines. */
export class LineTransport extends Transport {
  override log(info: Record<symbol, unknown>, next: () => void): void {
    stdoutLines.write(String(info[MESSAGE]));
    next();
  }
}
