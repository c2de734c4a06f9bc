import { setTimeout as pause } from 'node:timers/promises';
import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type {
  Address,
  ClientAdapter,
  Exit,
  RunningClient,
  Standing,
  StartRequest,
} from '../adapters/index.js';
import { Crash, endedBy, endedInstead, Skip, type SymptomName } from '../verdicts/index.js';
import { after } from './after.js';
import { type Blame, type Blamed, blameOf, type Complaint, finding } from './blame.js';
import type { ClientSocket } from './client-socket.js';
import { noteStart, paceOf, patienceFor } from './pace.js';
import { race } from './race.js';
import type { Random } from './random.js';
import type { ScriptedService } from './scripted-service.js';
import type { Transcript } from './transcript.js';
import { letLoopTurn } from './turns.js';

/** When the exit of a client is seen, its last bytes may arrive within this time, in milliseconds. */
const EXIT_GRACE_MS = 200;
/**
 * Until its first handshake a client may take this many times the patience: no rule says how soon a program has to
 * start.
 */
const STARTING_UP = 4;
/** A client may take this many times its own pace to end, if that is longer than its file says. */
const STOPPING = 4;
/** A client that has lost all its WebSockets may take this long to end, in milliseconds. */
const EXIT_KNOWN_MS = 500;
/** The number of characters that are shown of the last line that a client printed. */
const LONGEST_LAST_WORDS = 300;
/**
 * A client that reconnects by itself usually has connected within this time, in milliseconds. After it, the person who
 * starts the client is reminded.
 */
const NUDGE_AFTER_MS = 4000;

export interface ClientOptions {
  readonly adapter: ClientAdapter;
  readonly role: Side;
  readonly version: MessageFormat;
  readonly service: ScriptedService;
  readonly transcript: Transcript;
  readonly patienceMs: number;
  readonly random: Random;
  readonly request: () => StartRequest;
}

/** The client under test, as scenarios see it. */
export class ClientUnderTest {
  readonly #options: ClientOptions;
  #running: RunningClient | undefined;
  #other: StartRequest | undefined;
  #exit: Exit | undefined;
  /** Resolves a moment after the client has ended. */
  #gone: Promise<{ readonly exit: Exit }> = new Promise(() => {});
  #over: Error | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** How the client ended, if it has. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** What scenarios about it draw. @internal */
  get random(): Random {
    return this.#options.random;
  }

  /** @internal */
  get running(): RunningClient | undefined {
    return this.#running;
  }

  /** The newest WebSocket. @internal */
  get link(): ClientSocket {
    const { sockets } = this.#options.service;
    const link = sockets.findLast(({ open }) => open) ?? sockets.at(-1);
    if (link === undefined) throw new Error('The scenario speaks of a connection before connected()');
    return link;
  }

  /** The rule that makes its role carry bytes between application and tunnel. @internal */
  get carries(): RuleId {
    return this.#options.role === 'source' ? 'S3' : 'S4';
  }

  /** How its configuration can name services (S2). */
  get configuredBy(): 'bare port' | 'names' | 'either' {
    return this.#options.adapter.configuredBy?.(this.#options.role) ?? 'either';
  }

  /** Resolves when the client has ended. */
  get exited(): Promise<Exit> {
    return this.#running?.exited ?? new Promise(() => {});
  }

  /** Its process id on this machine. Undefined if it is not a process here, or does not run yet. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Whether its output says where it listens for each service (S2). */
  get tellsPorts(): boolean {
    return this.#running?.listensByService === true;
  }

  /**
   * Starts the client if it does not run yet. The client does not have to connect. `other` replaces what the client is
   * told otherwise: other services, other ports, another address of the service.
   */
  async starts(other?: Partial<StartRequest>): Promise<void> {
    if (other !== undefined) {
      await this.startsWith(other);
      return;
    }
    this.throwIfOver();
    if (this.#running !== undefined) return;
    const { adapter, service, transcript, request } = this.#options;
    const begun = performance.now();
    const running = await adapter.start(this.#other ?? request());
    this.#running = running;
    transcript.note('harness', `started ${adapter.name}`);
    this.#gone = running.exited.then(async (exit) => {
      this.#exit = exit;
      if (!exit.asked) transcript.note('process', describeExit(exit));
      await pause(EXIT_GRACE_MS, undefined, { ref: false });
      return { exit };
    });
    if (adapter.standing !== undefined) await this.#arrives(running, adapter.standing);
    else service.onFirstHandshake = ({ at }) => noteStart(adapter, at - begun);
    service.letsIn();
  }

  /**
   * Starts the client with other values: another service, or other service ids.
   * @internal
   */
  async startsWith(other: Partial<StartRequest>): Promise<RunningClient> {
    if (this.#running !== undefined) throw new Error('The scenario starts the client a second time');
    if (this.#options.adapter.standing !== undefined)
      throw new Skip('somebody else starts the client, for one service');
    const request = { ...this.#options.request(), ...other };
    this.#options.transcript.hide(request.accessToken, request.clientToken);
    this.#other = request;
    await this.starts();
    return this.#running!;
  }

  /**
   * A client that somebody else starts has started when its first handshake comes. It is not its fault if no handshake
   * comes.
   */
  async #arrives(running: RunningClient, standing: Standing): Promise<void> {
    const { service, request } = this.#options;
    const { connectMs } = standing;
    const over = new AbortController();
    void after(NUDGE_AFTER_MS, over.signal).then(() => standing.nudge(request()));
    const here = service.clientArrives().then(() => true);
    const came = await Promise.race([here, running.exited, after(connectMs, over.signal)]);
    over.abort();
    if (came !== true) throw new Skip(`no client connected within ${connectMs / 1000} s`, 'not-connected');
  }

  /**
   * Asks the client to end, as a supervisor does. Resolves when it has ended.
   * @throws {Crash} if it was ended by another signal than the one that was sent.
   */
  async stops(): Promise<Exit> {
    await this.starts();
    this.#options.transcript.recent.happened('sigterm');
    const exit = await this.#running!.stop(STOPPING * paceOf(this.#options.adapter));
    const isAsked = exit.signal === null || exit.signal === 'SIGTERM' || exit.killed === true;
    if (!isAsked) throw new Crash(endedBy(exit.signal!), this.#lastWords());
    return exit;
  }

  /**
   * Waits a moment for the exit of a client that has no WebSocket any more. A signal explains everything that did not
   * happen.
   * @internal
   */
  async exitIsKnown(): Promise<void> {
    if (this.#options.service.sockets.some(({ open }) => open)) return;
    const timer = new AbortController();
    await race([this.exited, after(EXIT_KNOWN_MS, timer.signal)]).finally(() => timer.abort());
  }

  /**
   * Starts the client if it does not run yet, and waits until it has an open WebSocket.
   * @internal
   */
  async connects(blame: Partial<Blame> = {}): Promise<ClientSocket> {
    await this.starts();
    const { service, patienceMs, adapter } = this.#options;
    const usual: Complaint =
      service.sockets.length === 0
        ? { rule: 'H1', symptom: NEVER_CONNECTED }
        : { rule: 'S13', symptom: NOT_BACK, within: patienceMs + adapter.declares.reconnectMs };
    const link = await this.awaits(service.connection(), { ...usual, ...blame });
    if (this.#running?.ready !== undefined) {
      await this.awaits(this.#running.ready, 'S17', 'never-ready');
    }
    return link;
  }

  /**
   * How the client has just ended, if what was seen belongs to its end.
   * @internal
   */
  async endsNow(): Promise<Exit | undefined> {
    const exited = this.#running?.exited ?? new Promise<Exit>(() => {});
    return this.within<Exit | undefined>(exited, EXIT_GRACE_MS, () => undefined);
  }

  /** Where a source listens for a service. @internal */
  listens(serviceId: string, asked: ReadonlyMap<string, Address>): Address | undefined {
    return this.#running?.listens?.(serviceId) ?? asked.get(serviceId);
  }

  /**
   * Waits for something that must come by the rules. Time is only a limit, so that a client that hangs gives a finding.
   * @internal
   */
  async awaits<T>(
    what: Promise<T>,
    blamed: Blamed,
    usual: SymptomName = 'nothing-came',
    within = blameOf(blamed).within ?? this.#options.patienceMs,
    force = blameOf(blamed).force,
  ): Promise<T> {
    this.throwIfOver();
    const blame: Blame = { ...blameOf(blamed), ...(force !== undefined && { force }) };
    const { symptom = usual } = blame;
    const timer = new AbortController();
    const patience = this.#allowed(within);
    const result = await race([
      what.then((value) => ({ value })),
      this.#gone,
      after(patience, timer.signal).then(() => ({ late: true as const })),
    ]).finally(() => timer.abort());
    await letLoopTurn();
    if ('value' in result) return result.value;
    if ('exit' in result) {
      this.throwIfCrashed();
      const said = this.#lastWords();
      const how = `${describeExit(result.exit)}${said === '' ? '' : `; it printed last: ${said}`}`;
      throw finding({ ...blame, symptom: endedInstead(symptom) }, 'nothing-came', how);
    }
    throw finding({ ...blame, symptom }, 'nothing-came', `within ${patience} ms`);
  }

  #allowed(ms: number): number {
    const { service, patienceMs, adapter } = this.#options;
    const isStarting = service.allHandshakes.length === 0;
    return isStarting ? Math.max(ms, STARTING_UP * patienceMs) : patienceFor(adapter, ms);
  }

  /**
   * Waits for something. `late` gives the result if it does not come in time. The client may end during the wait.
   * @internal
   */
  async within<T>(what: Promise<T>, ms: number, late: () => T): Promise<T> {
    this.throwIfOver();
    const timer = new AbortController();
    const result = await race([
      what.then((value) => ({ value })),
      after(this.#allowed(ms), timer.signal).then(() => undefined),
    ]).finally(() => timer.abort());
    await letLoopTurn();
    this.throwIfCrashed();
    return result === undefined ? late() : result.value;
  }

  /**
   * Waits for something that may come. Gives undefined if it does not come within a time in milliseconds.
   * @internal
   */
  async comes<T>(what: Promise<T>, within: number): Promise<T | undefined> {
    this.throwIfOver();
    const timer = new AbortController();
    const late = after(within, timer.signal).then(() => undefined);
    const came = await race([what, late]).finally(() => timer.abort());
    await letLoopTurn();
    this.throwIfCrashed();
    return came as T | undefined;
  }

  /**
   * Call this after the verdict: every further wait fails, so that the scenario does not continue.
   * @internal
   */
  giveUp(why: Error): void {
    this.#over = why;
  }

  /**
   * @throws {RunOver} after the verdict.
   * @internal
   */
  throwIfOver(): void {
    if (this.#over !== undefined) throw this.#over;
  }

  /**
   * @throws {Crash} if a signal that the runner did not send has ended the client.
   * @internal
   */
  throwIfCrashed(): void {
    const exit = this.#exit;
    if (exit !== undefined && !exit.asked && exit.signal !== null) {
      throw new Crash(endedBy(exit.signal), this.#lastWords());
    }
  }

  /** The last line that the client printed. Secrets are removed before it is cut, so that no part of one remains. */
  #lastWords(): string {
    const shown = this.#options.transcript.shown(this.#running?.output() ?? '');
    return shown.trimEnd().split('\n').at(-1)?.slice(0, LONGEST_LAST_WORDS) ?? '';
  }
}

const NEVER_CONNECTED = 'did-not-connect';
const NOT_BACK = 'did-not-come-back';

/** How a process ended, in words. */
export function describeExit(exit: Exit): string {
  if (exit.startError !== undefined) return `could not be started: ${exit.startError}`;
  if (exit.signal !== null) return `ended by ${exit.signal}`;
  return `exit status ${exit.status}`;
}
