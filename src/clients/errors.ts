/**
 * Why a client can fail. The codes are stable: programs may match on them. Each message is one line that names the
 * option or address, the reason and what to do; none ever contains a token.
 */
export const CLIENT_ERRORS = {
  INVALID_OPTION: 'An option has a value that cannot be used: correct it.',
  INVALID_MAPPING: 'A service mapping does not parse: write SERVICE=PORT,SERVICE=PORT or one bare port.',
  CA_UNREADABLE: 'A CA file or directory cannot be read: correct the path.',
  ENDPOINT_UNREACHABLE:
    'No connection to the endpoint or to its web proxy: check the address and that something listens there.',
  TLS_FAILED:
    'The certificate of the endpoint is not trusted (H13), or it does not speak TLS: give its CA, or ws:// for a plain connection.',
  PROXY_REFUSED:
    'The web proxy (HTTPS_PROXY) refused to connect to the endpoint: allow it there, or set NO_PROXY.',
  HANDSHAKE_REJECTED:
    'The service refused the handshake, for the reason in the message. It is retried after 5xx only (H11).',
  HANDSHAKE_INVALID:
    'The answer does not come from a tunneling service, or it names another subprotocol (H6): check the endpoint.',
  SERVICE_MISMATCH: "The mapping does not fit the tunnel's services (S2): correct the mapping.",
  LISTEN_FAILED: 'The client cannot listen on a local port: choose another port, or 0 for a free one.',
  SERVICE_UNREACHABLE: 'A destination cannot reach its local service (S4): check that it listens.',
  TUNNEL_CLOSED: 'The tunnel was closed: open a new one.',
  CONNECTION_REPLACED:
    'Another client took this side of the tunnel with the same token (H12): stop one of the two.',
  CONNECTION_LOST: 'The WebSocket to the service was lost, and all allowed tries to reconnect failed.',
  STOPPED: 'The client was stopped by its owner.',
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

/** The reason of a failure in one line. If several addresses were tried, it is the reason of the first one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '') {
    const first: unknown = error.errors[0];
    return first === undefined ? 'no address answered' : reasonOf(first);
  }
  return (error.message || error.name).split('\n', 1)[0]!;
}

/** An error's stack in one line. It is for errors of this program itself, which no input from outside should cause. */
export function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return stack.replace(/\s*\n\s*/g, ' ');
}
