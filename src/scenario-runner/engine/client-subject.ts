import { cpus } from 'node:os';
import type { ClientAdapter, Exit } from '../adapters/index.js';
import { describeExit, patienceFor, type ScriptedService, type Transcript } from '../trial/index.js';
import {
  type Defect,
  defectOf,
  defectOfError,
  endedBy,
  Finding,
  identityOf,
  severityOf,
  symptom,
  triggerNamed,
} from '../verdicts/index.js';
import type { Offence } from '../wire/index.js';
import type { Instance } from './instances.js';
import { timeFor } from './limits.js';
import type { SuiteOptions } from './options.js';
import { preflightOf } from './preflight.js';
import type { ClientScenario } from './scenario.js';
import { type Scene, setScene } from './scene.js';
import type { Attempt, Conditions, Explanation, Subject } from './subject.js';
import { openWorkbench, type Workbench } from './workbench.js';

/** A client under test. */
export class ClientSubject implements Subject {
  readonly name: string;
  readonly jobs: number;
  readonly #adapter: ClientAdapter;
  readonly #workbench: Workbench;
  readonly #conditions: Conditions;
  readonly #hasPreflight: boolean;

  constructor(
    adapter: ClientAdapter,
    workbench: Workbench,
    conditions: Conditions,
    { preflight = true }: { readonly preflight?: boolean } = {},
  ) {
    this.name = adapter.name;
    // A client that somebody else starts knows only one port.
    this.jobs = adapter.standing === undefined ? 2 * cpus().length : 1;
    this.#adapter = adapter;
    this.#conditions = conditions;
    this.#workbench = workbench;
    this.#hasPreflight = preflight;
  }

  /** @throws {NodeJS.ErrnoException} EADDRINUSE … where the address for a client that somebody else starts is not free. */
  static async open(options: SuiteOptions, conditions: Conditions): Promise<ClientSubject> {
    const workbench = await openWorkbench(options.adapter);
    options.onReady?.({ caPath: workbench.caPath, address: workbench.door?.address });
    return new ClientSubject(options.adapter, workbench, conditions, options);
  }

  boundMs({ scenario }: Instance): number {
    const patienceMs = patienceFor(this.#adapter, this.#conditions.patienceMs);
    return timeFor(scenario as ClientScenario, this.#adapter, { ...this.#conditions, patienceMs });
  }

  async prepare(instance: Instance, transcript: Transcript): Promise<Attempt> {
    const conditions = { ...this.#conditions, adapter: this.#adapter, workbench: this.#workbench };
    return new ClientAttempt(await setScene(instance, conditions, transcript), instance, this.#adapter);
  }

  preflightFor(instance: Instance): Instance | undefined {
    return this.#hasPreflight ? preflightOf(instance) : undefined;
  }

  /** If nobody starts the client by hand, nothing can be judged. */
  givesUpAfter({ reasonCode }: { readonly reasonCode?: string }): string | undefined {
    const isAlone = this.#adapter.standing !== undefined && reasonCode === 'not-connected';
    return isAlone ? 'the client has never connected' : undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#workbench[Symbol.asyncDispose]();
  }
}

class ClientAttempt implements Attempt {
  readonly #scene: Scene;
  readonly #scenario: ClientScenario;
  readonly #adapter: ClientAdapter;

  constructor(scene: Scene, { scenario }: Instance, adapter: ClientAdapter) {
    this.#scene = scene;
    this.#scenario = scenario as ClientScenario;
    this.#adapter = adapter;
  }

  async run(): Promise<void> {
    try {
      await this.#scene.runs(this.#scenario.run);
    } catch (error) {
      if (error instanceof Finding) await this.#scene.client.exitIsKnown();
      throw error;
    }
  }

  giveUp(why: Error): void {
    this.#scene.giveUp(why);
  }

  explains(error: unknown): Explanation | undefined {
    const { exit } = this.#scene.client;
    if (exit?.startError !== undefined) {
      const reason = `the client could not be started: ${exit.startError}`;
      return { verdict: 'error', reason, reasonCode: 'not-started' };
    }
    if (!(error instanceof Finding)) return undefined;
    // If a signal ended the process, that explains everything that did not happen afterwards.
    if (exit?.signal != null && !exit.asked) {
      const { trigger } = error.symptom;
      const crash = endedBy(exit.signal);
      const seen = trigger === undefined ? crash : symptom(crash, { after: triggerNamed(trigger) });
      return { defect: defectOf('crash', 'S17', seen, `then ${error.message}`, { amid: error.amid }) };
    }
    // A refused handshake or a failed connection explains it too.
    const { breaches, sockets } = this.#scene.service;
    const failed = sockets.find(({ failure }) => failure !== undefined);
    if (breaches[0] !== undefined) return { defect: noHandshake(breaches[0]) };
    const offence = failed?.monitor.offences.find(({ symptom }) => symptom === failed.failure!.symptom);
    return offence && { defect: onWire(offence) };
  }

  byTheWay(): readonly Defect[] {
    return [...this.#scene.found.map(defectOfError), ...offences(this.#scene.service)];
  }

  evidence() {
    const { client, request } = this.#scene;
    return {
      output: client.running?.output() ?? '',
      exit: client.exit === undefined ? '' : exitWords(client.exit),
      command: this.#adapter.commandLine?.(request) ?? '',
    };
  }

  close(atOnce: boolean): Promise<void> {
    return this.#scene.close(atOnce);
  }
}

/** How the client ended, and whether the runner had asked it to. */
function exitWords(exit: Exit): string {
  if (exit.killed === true) return `had to be killed: ${describeExit(exit)}`;
  return exit.asked ? `ended when it was asked to: ${describeExit(exit)}` : describeExit(exit);
}

/** The rules that the client broke on the wire, whatever the scenario judges. */
function offences(service: ScriptedService): Defect[] {
  const defects = service.breaches.slice(0, 1).map(noHandshake);
  for (const { monitor } of service.sockets) {
    for (const offence of monitor.offences) {
      const defect = onWire(offence);
      if (!defects.some((known) => identityOf(known) === identityOf(defect))) defects.push(defect);
    }
  }
  return defects;
}

function onWire({ rule, symptom, detail, bytes }: Offence): Defect {
  return { ...defectOf(severityOf(rule), rule, symptom, detail, bytes && { bytes: [bytes] }), onWire: true };
}

function noHandshake(what: string): Defect {
  return { ...defectOf(severityOf('W6', 'MUST'), 'W6', 'no-websocket-handshake', what), onWire: true };
}
