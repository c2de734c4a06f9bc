import type { Answer, WholeRequest } from '../http/index.js';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import type { ApiError } from './errors.js';
import type { ThingStore } from './neighbours/thing-store.js';

/** What an API can use to answer a request. */
export interface ApiContext {
  readonly registry: TunnelRegistry;
  readonly actions: TunnelActions;
  readonly things: ThingStore;
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
}

/** One of AWS's APIs on the endpoint. Each writes answers and errors in its own format. */
export interface Api {
  /** Service names that a signature for this API may have in its scope. The first is the usual one. */
  readonly signingNames: readonly string[];
  /** @throws {ApiError | ServiceError} The caller lets {@link Api.refuse} write it. */
  answer(request: WholeRequest, context: ApiContext): Answer;
  refuse(error: ApiError, requestId: string): Answer;
}
