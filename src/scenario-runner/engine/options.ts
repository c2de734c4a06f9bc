import type { Address, ClientAdapter } from '../adapters/index.js';
import type { ServiceUnderTest } from '../service-role/index.js';
import type { Selection } from './instances.js';
import type { ScenarioResult } from './result.js';
import type { Scenario, ServiceScenario } from './scenario.js';

interface CommonOptions extends Selection {
  /** How long the client may take for each expected step, in milliseconds; default 5000. */
  readonly patienceMs?: number;
  /** Called with each result. If a scenario will run again alone, it is called after that. */
  readonly onResult?: (result: ScenarioResult, done: number, total: number) => void;
  /** Ends the run early. Scenarios that have not run are skipped. */
  readonly signal?: AbortSignal;
  /** The seed of an earlier run draws the same ids and bytes again; default a new seed. */
  readonly seed?: number;
  /** Scenarios that run at the same time; default twice the number of processors for clients, 1 for a service. */
  readonly jobs?: number;
}

/** How a client is judged. */
export interface SuiteOptions extends CommonOptions {
  readonly adapter: ClientAdapter;
  readonly scenarios: readonly Scenario[];
  /** Whether to check first that the client carries an echo. If it does not, that is the only finding; default true. */
  readonly preflight?: boolean;
  /**
   * Called once, before the first scenario, with the address where the service listens for a standing client, and the
   * CA to trust.
   */
  readonly onReady?: (ready: { readonly caPath: string; readonly address: Address | undefined }) => void;
}

/** How a service is judged: in V3 if the selection names no version. Roles of the selection have no effect. */
export interface ServiceSuiteOptions extends CommonOptions {
  readonly service: ServiceUnderTest;
  readonly scenarios: readonly ServiceScenario[];
}
