import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Answer,
  type HttpHandler,
  pathOf,
  receiveBody,
  type WholeRequest,
  writeAnswer,
} from '../http/index.js';
import { newUuid, type RandomSource } from '../kit/index.js';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import type { Api } from './api.js';
import { ApiError, asApiError } from './errors.js';
import { endpointApi } from './neighbours/endpoint-api.js';
import { stsApi } from './neighbours/sts-api.js';
import { ThingStore } from './neighbours/thing-store.js';
import { thingsApi } from './neighbours/things-api.js';
import { signedRegion } from './signature/credential-scope.js';
import { type KeyPair, verifySignature } from './signature/verify.js';
import { tunnelingApi } from './tunneling-api.js';

/** The limit of a request body. It is far above the longest legal one, which has 200 tags and about 150 KB. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

export interface ControlPlaneOptions {
  readonly registry: TunnelRegistry;
  readonly actions: TunnelActions;
  /** The source of request ids. */
  readonly random: RandomSource;
  /** The region for requests that are not signed. */
  readonly region: string;
  readonly accountId: string;
  /** Requests must be signed with this key pair. If it is not given, signatures are not checked. */
  readonly requireSignature?: KeyPair | undefined;
  /** The machine's time, in milliseconds since the epoch. Signatures are checked against it. */
  readonly wallClock?: () => number;
}

/** The APIs of AWS on the endpoint. It keeps no tunnels itself: it calls the registry and the actions. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #things = new ThingStore();

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  /** Forgets every thing. */
  reset(): void {
    this.#things.clear();
  }

  /** Answers a request with its whole body. It never throws: it answers an error in AWS's format. */
  answer(request: WholeRequest): Answer {
    const api = apiFor(request);
    const requestId = this.#requestId();
    try {
      const { registry, actions, accountId, region, requireSignature, wallClock = Date.now } = this.#options;
      if (requireSignature !== undefined) {
        verifySignature(request, requireSignature, api.signingNames, wallClock());
      }
      return api.answer(request, {
        registry,
        actions,
        things: this.#things,
        region: signedRegion(request.headers.authorization) ?? region,
        accountId,
        requestId,
      });
    } catch (error) {
      return api.refuse(asApiError(error), requestId);
    }
  }

  #requestId(): string {
    return newUuid(this.#options.random, 'request-id');
  }

  /** The route for `POST /`, `/endpoint`, `/things` and paths below `/things`. */
  readonly handle: HttpHandler = (incoming, response) =>
    isOurs(incoming.method ?? '', incoming.url ?? '') && this.#take(incoming, response);

  #take(incoming: IncomingMessage, response: ServerResponse): true {
    receiveBody(incoming, MAX_REQUEST_BYTES, (body) => {
      const { method = '', url = '', headers } = incoming;
      if (body !== undefined) {
        writeAnswer(response, this.answer({ method, url, headers, body }));
        return;
      }
      const what = `The request body is over ${MAX_REQUEST_BYTES} bytes`;
      const error = new ApiError('RequestEntityTooLargeException', what, 413);
      const tooLarge = apiFor({ url, headers }).refuse(error, this.#requestId());
      writeAnswer(response, tooLarge, { close: true });
    });
    return true;
  }
}

function isOurs(method: string, url: string): boolean {
  const path = pathOf(url);
  if (path === '/') return method === 'POST';
  return path === '/endpoint' || path === '/things' || path.startsWith('/things/');
}

/** STS and tunneling both use `POST /`. The content type tells them apart: STS uses the query protocol. */
function apiFor({ url, headers }: Pick<WholeRequest, 'url' | 'headers'>): Api {
  const path = pathOf(url);
  if (path === '/endpoint') return endpointApi;
  if (path !== '/') return thingsApi;
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return form && headers['x-amz-target'] === undefined ? stsApi : tunnelingApi;
}
