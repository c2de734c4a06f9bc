import type { TunnelRegistry } from '../tunnels/registry.js';
import type { ApiError } from './errors.js';
import type { ApiRequest, ApiResponse } from './exchange.js';
import type { ThingStore } from './neighbours/thing-store.js';
import type { TunnelActions } from './tunnel-actions.js';

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
  answer(request: ApiRequest, context: ApiContext): ApiResponse;
  refuse(error: ApiError, requestId: string): ApiResponse;
}
