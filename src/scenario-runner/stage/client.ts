import { setTimeout as pause } from 'node:timers/promises';
import {
  type Message,
  type MessageFormat,
  messageTypeName,
  type RuleId,
  type Side,
} from '../../protocol/index.js';
import type { Address, ClientAdapter, Exit, RunningClient, StartRequest } from '../adapters/adapter.js';
import { Crash, Finding } from './finding.js';
import type { Link } from './link.js';
import { race } from './race.js';
import type { ScriptedService } from './scripted-service.js';
import type { Transcript } from './transcript.js';

/** What of a client's exit may still be under way on its sockets when the exit is seen, in milliseconds. */
const EXIT_GRACE_MS = 200;

export interface ClientOptions {
  readonly adapter: ClientAdapter;
  readonly role: Side;
  readonly version: MessageFormat;
  readonly service: ScriptedService;
  readonly transcript: Transcript;
  readonly patienceMs: number;
  readonly request: () => StartRequest;
}

/** The client under test, as scenarios speak of it. */
export class ClientUnderTest {
  readonly #options: ClientOptions;
  #running: RunningClient | undefined;
  #exit: Exit | undefined;
  /** Resolves a moment after the client has ended. */
  #gone: Promise<{ readonly exit: Exit }> = new Promise(() => {});
  #link: Link | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** How the client ended, if it has. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  get running(): RunningClient | undefined {
    return this.#running;
  }

  /** The newest WebSocket. */
  get link(): Link {
    if (this.#link === undefined)
      throw new Error('The scenario speaks of a connection before client.connects()');
    return this.#link;
  }

  /** Starts the client; it need not connect. */
  async starts(): Promise<void> {
    if (this.#running !== undefined) return;
    const { adapter, transcript, request } = this.#options;
    const running = await adapter.start(request());
    this.#running = running;
    transcript.note('harness', `started ${adapter.name}`);
    this.#gone = running.exited.then(async (exit) => {
      this.#exit = exit;
      if (!exit.asked) transcript.note('process', describeExit(exit));
      await pause(EXIT_GRACE_MS, undefined, { ref: false });
      return { exit };
    });
  }

  /** Starts the client where it does not run yet, and waits until it has its (next) WebSocket. */
  async connects(within = this.#options.patienceMs): Promise<Link> {
    await this.starts();
    const wanted = this.#options.service.links.take();
    this.#link = await this.awaits(wanted, 'H1', 'it did not connect to the service', within);
    if (this.#options.adapter.declares.kind === 'local-proxy' && this.#running?.ready !== undefined) {
      await this.awaits(this.#running.ready, 'S17', 'it never said that it was ready');
    }
    return this.#link;
  }

  /** Waits for the next message of a type; `where` narrows which. */
  sends(type: number, rule: RuleId, where: (m: Message) => boolean = () => true): Promise<Message> {
    const wanted = this.link.messages.take((m) => m.type === type && where(m));
    return this.awaits(wanted, rule, `it did not send ${messageTypeName(type)}`);
  }

  /** Waits until the client's WebSocket is gone. */
  async closes(rule: RuleId, symptom: string, force?: 'MUST' | 'SHOULD'): Promise<void> {
    await this.within(this.link.ended, this.#options.patienceMs, () => {
      throw new Finding(rule, symptom, '', force);
    });
  }

  /** Waits until the client has ended by itself. */
  async exits(rule: RuleId, symptom: string, force?: 'MUST' | 'SHOULD'): Promise<Exit> {
    await this.starts();
    return this.within(this.#running!.exited, this.#options.patienceMs, () => {
      throw new Finding(rule, symptom, '', force);
    });
  }

  /** Where a source listens for a service. */
  listens(serviceId: string, asked: ReadonlyMap<string, Address>): Address | undefined {
    return this.#running?.listens?.(serviceId) ?? asked.get(serviceId);
  }

  /**
   * Waits for something the rules say must come. Time has a part in it only as a bound, so that a client that is
   * stuck gives a finding and not a hang.
   */
  async awaits<T>(
    what: Promise<T>,
    rule: RuleId,
    symptom: string,
    within = this.#options.patienceMs,
    force?: 'MUST' | 'SHOULD',
  ): Promise<T> {
    const timer = new AbortController();
    const result = await race([
      what.then((value) => ({ value })),
      this.#gone,
      after(within, timer.signal).then(() => ({ late: true as const })),
    ]).finally(() => timer.abort());
    if ('value' in result) return result.value;
    if ('exit' in result) {
      this.throwIfCrashed();
      throw new Finding(rule, `${symptom}: it ended instead`, describeExit(result.exit), force);
    }
    throw new Finding(rule, symptom, `within ${within} ms`, force);
  }

  /** Waits for something; `late` says what follows if it does not come in time. The client may end meanwhile. */
  async within<T>(what: Promise<T>, ms: number, late: () => T): Promise<T> {
    const timer = new AbortController();
    const result = await race([
      what.then((value) => ({ value })),
      after(ms, timer.signal).then(() => undefined),
    ]).finally(() => timer.abort());
    this.throwIfCrashed();
    return result === undefined ? late() : result.value;
  }

  /** @throws {Crash} where a signal that nobody sent has ended the client. */
  throwIfCrashed(): void {
    const exit = this.#exit;
    if (exit !== undefined && !exit.asked && exit.signal !== null) {
      throw new Crash(`it was ended by ${exit.signal}`, lastLine(this.#running?.output() ?? ''));
    }
  }
}

/** How a process ended, in words. */
export function describeExit(exit: Exit): string {
  if (exit.startError !== undefined) return `could not be started: ${exit.startError}`;
  if (exit.signal !== null) return `ended by ${exit.signal}`;
  return `exit status ${exit.status}`;
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '';
}

/** Resolves after a time; never, once aborted. */
export function after(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
