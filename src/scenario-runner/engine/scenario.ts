import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type { Declarations } from '../adapters/index.js';
import type { ServiceTrial } from '../service-role/index.js';
import type { Trial } from '../trial/index.js';

/** Who is judged. `client`: source and destination alike. */
export type Role = Side | 'client' | 'service';

interface ScenarioBase {
  /** `<topic>/<name>`, as the file lies in `scenarios/`. */
  readonly id: string;
  readonly title: string;
  /** The rules it judges; the first is the main one. */
  readonly rules: readonly [RuleId, ...RuleId[]];
  /**
   * Message formats it applies to; default all. `any`: the format does not matter, so the newest one the client claims
   * stands for all.
   */
  readonly versions?: readonly MessageFormat[] | 'any';
  /** What goes wrong for users where a client fails here. */
  readonly why: string;
  /** What a correct client does, and which readings of the guides pass, in a sentence or two. */
  readonly expects?: string;
  /** Runs under `--long` only. */
  readonly long?: boolean;
  /** Time the scenario may take beyond the usual bound, in milliseconds. */
  readonly extraMs?: number;
}

/** What a scenario needs of a client to say anything about it. */
export interface Needs {
  readonly services?: number;
  readonly connections?: number;
  readonly reconnects?: true;
  readonly clientToken?: true;
  readonly kind?: Declarations['kind'];
  /** A process on this machine, for what only the system can tell. */
  readonly process?: true;
}

/** A scenario that judges a client. */
export interface ClientScenario extends ScenarioBase {
  readonly role: Side | 'client';
  readonly needs?: Needs;
  readonly run: (trial: Trial) => Promise<void>;
}

export type Scenario = ClientScenario;

/** A scenario that judges a service. Only clauses of the guides fail there: our own choices are no rule for others. */
export interface ServiceScenario
  extends Pick<ScenarioBase, 'id' | 'title' | 'rules' | 'why' | 'expects' | 'extraMs'> {
  readonly role: 'service';
  /** Message formats it applies to; default all. */
  readonly versions?: readonly MessageFormat[];
  readonly run: (trial: ServiceTrial) => Promise<void>;
}

/** Declares a scenario about a service; its file's default export. */
export function serviceScenario(definition: Omit<ServiceScenario, 'role'>): ServiceScenario {
  return { ...definition, role: 'service' };
}

/** Declares a scenario; its file's default export. */
export function scenario<S extends Scenario>(definition: S): S {
  return definition;
}

/** The part of the id before the slash. */
export function topicOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}
