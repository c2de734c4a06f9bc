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
    'The endpoint is not trusted (H13), or does not speak TLS: give its CA, or ws:// for a plain connection.',
  PROXY_REFUSED:
    'The web proxy (HTTPS_PROXY) refused to connect to the endpoint: allow it there, or set NO_PROXY.',
  HANDSHAKE_REJECTED:
    'The service refused the handshake, for the reason in the message. It is retried after 5xx only (H11).',
  HANDSHAKE_INVALID:
    'The answer is not that of a tunneling service, or it names another subprotocol (H6): check the endpoint.',
  SERVICE_MISMATCH: "The mapping does not fit the tunnel's services (S2): correct the mapping.",
  LISTEN_FAILED: 'A local port cannot be listened on: choose another, or 0 for a free one.',
  SERVICE_UNREACHABLE: 'A destination cannot reach its local service (S4): check that it listens.',
  TUNNEL_CLOSED: 'The tunnel was closed: open a new one.',
  CONNECTION_REPLACED:
    'Another client took this side of the tunnel with the same token (H12): stop one of the two.',
  CONNECTION_LOST:
    'The WebSocket to the service was lost, and was not made anew in the tries that were allowed.',
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

/** A failure's reason in one line. A system error without a message (several addresses were tried) gives its code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === '') {
    const first: unknown = error.errors[0];
    return first === undefined ? 'no address answered' : reasonOf(first);
  }
  return (error.message || error.name).split('\n', 1)[0]!;
}

/** Where in the code an error came from: for faults of this program, which nothing from outside should be able to cause. */
export function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return stack.replace(/\s*\n\s*/g, ' ');
}
