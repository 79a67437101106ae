import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const HOOKS = new URL('./ts-imports.ts', import.meta.url).href;

/** A program of this folder in a process of its own. */
export class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  #errors = '';

  constructor(program: string, ...args: string[]) {
    const path = new URL(program, import.meta.url).pathname;
    this.#process = spawn(process.execPath, ['--import', HOOKS, path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#process as { stdout: Readable; stderr: Readable };
    createInterface(stdout).on('line', (line) => this.lines.push(line));
    stderr.on('data', (text: Buffer) => (this.#errors += text.toString()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Waits for that many lines of output. */
  async printed(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.#process.exitCode !== null) throw new Error(`Ended early: ${this.#errors}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async kill9(): Promise<void> {
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }
}
