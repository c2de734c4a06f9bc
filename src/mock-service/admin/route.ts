import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Captures } from '../capture/index.js';
import type { DataPlane } from '../data-plane/index.js';
import type { FaultRegistry } from '../faults/index.js';
import type { Clock, EventHub } from '../kit/index.js';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import type { AdminErrorCode } from './errors.js';
import type { Metrics } from './metrics.js';
import type * as schemas from './schemas.js';

/** What the routes work on. */
export interface AdminContext {
  readonly registry: TunnelRegistry;
  readonly actions: TunnelActions;
  readonly dataPlane: DataPlane;
  readonly faults: FaultRegistry;
  readonly captures: Captures;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly metrics: Metrics;
  /** The CA's certificate, PEM. */
  readonly caPem: string;
  /** Forgets what the control plane keeps beside the tunnels. */
  readonly resetControlPlane: () => void;
  /** Where the service and its embedded broker listen. */
  readonly listensOn: () => z.input<typeof schemas.listensOn>;
  /** Whether the service accepts connections. */
  readonly isReady: () => boolean;
}

/** A request whose parts have been checked. */
export interface AdminRequest<B, Q> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
}

export interface AdminAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: { readonly type: string; readonly content: string };
}

/** What an answer looks like: the schema of its JSON, or a media type; undefined for an empty one. */
export type AnswerShape = z.ZodType | string | undefined;

/** One operation of the API, and all that its description needs. */
export interface Route<B = unknown, Q = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for the parts that vary. */
  readonly path: string;
  /** Its name in clients that are generated. */
  readonly id: string;
  readonly summary: string;
  /** Needs no permission. */
  readonly open?: true;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  readonly errors?: readonly AdminErrorCode[];
  handle?(request: AdminRequest<B, Q>, context: AdminContext): AdminAnswer | Promise<AdminAnswer>;
  /** Answers for as long as it likes. */
  stream?(
    request: AdminRequest<B, Q>,
    context: AdminContext,
    http: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): void;
}

/** Keeps the types of body and query where a route is written down. */
export function defineRoute<B = undefined, Q = undefined>(route: Route<B, Q>): Route {
  return route as Route;
}
