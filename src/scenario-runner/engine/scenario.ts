import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type { Declarations } from '../adapters/index.js';
import type { ServiceTrial } from '../service-role/index.js';
import type { Trial } from '../trial/index.js';

/** Who is judged. `client` means both source and destination. */
export type Role = Side | 'client' | 'service';

interface ScenarioBase {
  /** `<topic>/<name>`, as the path of the file in `scenarios/`. */
  readonly id: string;
  readonly title: string;
  /** The rules that it judges. The first is the main one. */
  readonly rules: readonly [RuleId, ...RuleId[]];
  /**
   * The message formats to which it applies; default all. `any` means that the format does not matter: it then runs
   * only with the newest format that the client claims.
   */
  readonly versions?: readonly MessageFormat[] | 'any';
  /** What goes wrong for users if a client fails here. */
  readonly why: string;
  /** What a correct client does, and which readings of the guides pass, in a few sentences. */
  readonly expects?: string;
  /** The scenario runs only under `--long`. */
  readonly long?: boolean;
  /** The time that the scenario may take beyond the usual limit, in milliseconds. */
  readonly extraMs?: number;
}

/** What a client must have so that the scenario can judge it. */
export interface Needs {
  readonly services?: number;
  readonly connections?: number;
  readonly reconnects?: true;
  readonly clientToken?: true;
  readonly kind?: Declarations['kind'];
  /** The client must be a process on this machine, because only the system knows the result. */
  readonly process?: true;
}

/** A scenario that judges a client. */
export interface ClientScenario extends ScenarioBase {
  readonly role: Side | 'client';
  readonly needs?: Needs;
  readonly run: (trial: Trial) => Promise<void>;
}

export type Scenario = ClientScenario;

/**
 * A scenario that judges a service. A service fails only by clauses of the guides, never by this project's own choices.
 */
export interface ServiceScenario
  extends Pick<ScenarioBase, 'id' | 'title' | 'rules' | 'why' | 'expects' | 'extraMs'> {
  readonly role: 'service';
  /** Message formats it applies to; default all. */
  readonly versions?: readonly MessageFormat[];
  readonly run: (trial: ServiceTrial) => Promise<void>;
}

/** Declares a scenario about a service. It is the default export of its file. */
export function serviceScenario(definition: Omit<ServiceScenario, 'role'>): ServiceScenario {
  return { ...definition, role: 'service' };
}

/** Declares a scenario. It is the default export of its file. */
export function scenario<S extends Scenario>(definition: S): S {
  return definition;
}

/** The part of the id before the slash. */
export function topicOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}
