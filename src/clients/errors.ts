/**
 * Why a client can fail. The codes are stable: programs may match on them. Each message is one line that names the
 * option or address, the reason and what to do; none ever contains a token.
 */
export const CLIENT_ERRORS = {
  INVALID_OPTION: 'an option has a value that cannot be used: correct it',
  INVALID_MAPPING: 'a service mapping does not parse: write SERVICE=PORT,SERVICE=PORT or one bare port',
  CA_UNREADABLE: 'a CA file or directory cannot be read: correct the path',
  ENDPOINT_UNREACHABLE:
    'no connection to the endpoint or its web proxy: check the address and that it listens',
  TLS_FAILED: 'the endpoint could not be trusted or speaks no TLS: give its CA, or ws:// for a plain one',
  PROXY_REFUSED: 'the web proxy (HTTPS_PROXY) would not connect to the endpoint',
  HANDSHAKE_REJECTED: 'the service refused the handshake: not retried unless it answered 5xx (H11)',
  HANDSHAKE_INVALID: 'what answered is no tunneling service, or speaks another subprotocol (H6)',
  SERVICE_MISMATCH: "the mapping does not fit the tunnel's services (S2)",
  LISTEN_FAILED: 'a local port cannot be listened on: choose another, or 0 for a free one',
  SERVICE_UNREACHABLE: 'the local service of a destination cannot be dialled (S4)',
  TUNNEL_CLOSED: 'the tunnel was closed: open a new one',
  CONNECTION_REPLACED: 'another client took this side of the tunnel with the same token (H12)',
  CONNECTION_LOST: 'the WebSocket to the service was lost',
  STOPPED: 'the client was stopped by its owner',
} as const;

/** A stable code of {@link CLIENT_ERRORS}. */
export type ClientErrorCode = keyof typeof CLIENT_ERRORS;

/** Any failure that the clients report. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One line of a failure's reason; system errors without a message (several addresses tried) give their code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '') {
    const first: unknown = error.errors[0];
    return first === undefined ? 'no address answered' : reasonOf(first);
  }
  return (error.message || error.name).split('\n', 1)[0]!;
}
