import type { Address, ClientAdapter } from '../adapters/index.js';
import type { ServiceUnderTest } from '../service-role/index.js';
import type { Selection } from './instances.js';
import type { ScenarioResult } from './result.js';
import type { Scenario, ServiceScenario } from './scenario.js';

interface CommonOptions extends Selection {
  /** How long an expected thing may take, in milliseconds; default 5000. */
  readonly patienceMs?: number;
  /** Told of each result as it comes. A result that will be run again alone is not told until then. */
  readonly onResult?: (result: ScenarioResult, done: number, total: number) => void;
  /** Ends the run early; what did not run is skipped. */
  readonly signal?: AbortSignal;
  /** Scenarios that run at once; default twice the processors for clients, 1 for a service. */
  readonly jobs?: number;
}

/** How a client is judged. */
export interface SuiteOptions extends CommonOptions {
  readonly adapter: ClientAdapter;
  readonly scenarios: readonly Scenario[];
  /** Whether a client that cannot carry an echo is told that once, and nothing else; default true. */
  readonly preflight?: boolean;
  /** Told once, before the first scenario: where the service listens for a standing client, and the CA to trust. */
  readonly onReady?: (ready: { readonly caPath: string; readonly address: Address | undefined }) => void;
}

/** How a service is judged: in V3 where the selection names no versions. Its roles mean nothing there. */
export interface ServiceSuiteOptions extends CommonOptions {
  readonly service: ServiceUnderTest;
  readonly scenarios: readonly ServiceScenario[];
}
