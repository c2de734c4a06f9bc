import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../../../support/real-program.js';

const PATIENCE_MS = 30_000;

/** A program at work, with what it has said so far. Ended by `end`. */
export class Spoken {
  text = '';
  readonly process: ChildProcess;
  readonly #name: string;

  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    // Into a pipe, C programs keep what they say until they have a block of it.
    this.process = spawn('stdbuf', ['-oL', findProgram(name)!, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        this.process.emit('spoke');
      });
    }
    this.process.once('close', () => this.process.emit('spoke'));
  }

  async says(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!pattern.test(this.text)) {
      const ended = this.process.exitCode !== null && this.process.stdout!.readableEnded;
      if (ended) throw new Error(`${this.#name} ended without ${pattern}, but: ${this.text}`);
      await once(this.process, 'spoke', { signal }).catch(() => {
        throw new Error(`${this.#name} never said ${pattern}, but: ${this.text}`);
      });
    }
    return this.text;
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

/** Arguments for mosquitto_sub on a thing's topic; it says `got QOS RETAIN TOPIC PAYLOAD`, and by -d when it is subscribed. */
export function subscribing(port: number, topic: string, further: readonly string[]): string[] {
  const where = ['-h', 'localhost', '-p', `${port}`, '-t', topic];
  return [...where, '-q', '1', '-d', '-F', 'got %q %r %t %p', ...further];
}
