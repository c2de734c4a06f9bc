import type { Answer, WholeRequest } from '../http/index.js';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import type { ApiError } from './errors.js';
import type { ThingStore } from './neighbours/thing-store.js';

/** What an API may use to answer a request. */
export interface ApiContext {
  readonly registry: TunnelRegistry;
  readonly actions: TunnelActions;
  readonly things: ThingStore;
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
}

/** One of AWS's APIs on the endpoint, with its own way to write answers and errors. */
export interface Api {
  /** Names that a signature for this API may carry in its scope; the first is the usual one. */
  readonly signingNames: readonly string[];
  /** @throws {ApiError | ServiceError} for {@link Api.refuse} to write. */
  answer(request: WholeRequest, context: ApiContext): Answer;
  refuse(error: ApiError, requestId: string): Answer;
}
