import type { MessageFormat, Side } from '../../protocol/index.js';
import type { Declarations, StartRequest } from '../adapters/index.js';
import type { Application } from './application.js';
import type { ClientUnderTest } from './client.js';
import type { ScriptedService } from './scripted-service.js';

/** The parts of a trial. */
export interface TrialParts {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly declares: Declarations;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly app: Application;
  readonly patienceMs: number;
  readonly long: boolean;
  /** What the client was told at its start. */
  readonly request: StartRequest;
  /** How many such clients may run at the same time. */
  readonly clientsAtOnce: number;
}
