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

/** The parts of the service that the routes use. */
export interface AdminContext {
  readonly registry: TunnelRegistry;
  readonly actions: TunnelActions;
  readonly dataPlane: DataPlane;
  readonly faults: FaultRegistry;
  readonly captures: Captures;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly metrics: Metrics;
  /** The CA certificate in PEM. */
  readonly caPem: string;
  /** Forgets what the control plane keeps besides the tunnels. */
  readonly resetControlPlane: () => void;
  /** The addresses and ports of the service and of its embedded broker. */
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
  /** The body, sent as JSON. */
  readonly body?: unknown;
  /** The body, sent as it is. */
  readonly text?: { readonly type: string; readonly content: string };
}

/** The shape of an answer: the schema of its JSON, or a media type. Undefined if it has no body. */
export type AnswerShape = z.ZodType | string | undefined;

/** One operation of the API, with all data for its description. */
export interface Route<B = unknown, Q = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path, with `{name}` for its parameters. */
  readonly path: string;
  /** The operation's name in generated clients. */
  readonly id: string;
  readonly summary: string;
  /** The operation needs no permission. */
  readonly open?: true;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  readonly errors?: readonly AdminErrorCode[];
  handle?(request: AdminRequest<B, Q>, context: AdminContext): AdminAnswer | Promise<AdminAnswer>;
  /** Answers with a stream that has no fixed end. */
  stream?(
    request: AdminRequest<B, Q>,
    context: AdminContext,
    http: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): void;
}

/** Lets TypeScript infer the types of body and query. */
export function defineRoute<B = undefined, Q = undefined>(route: Route<B, Q>): Route {
  return route as Route;
}
