/** Why the service cannot do something. Stable: programs may match on it. The control plane maps it to AWS's names. */
export type ServiceErrorCode =
  /** No tunnel has that id, or it was closed so long ago that it is gone. */
  | 'TUNNEL_NOT_FOUND'
  /** The tunnel is closed, and a closed tunnel never opens again: open a new one. */
  | 'TUNNEL_CLOSED'
  /** A quota of the service is used up: close a tunnel, or raise the limit. */
  | 'LIMIT_EXCEEDED'
  /** An option or a field of a request has a value that the service cannot use: correct it. */
  | 'INVALID_OPTION'
  /** The token or tunnel of an admitted handshake changed before the connection was made: try again. */
  | 'ADMISSION_STALE'
  /** The service cannot listen on the address and port: stop the program that listens there, or choose port 0. */
  | 'CANNOT_LISTEN'
  /** The session ended while a program waited for something from it. */
  | 'SESSION_ENDED'
  /** The awaited message or event did not come in time: wait longer, or look at `session.received`. */
  | 'TIMEOUT'
  /** The service has been stopped: start another. */
  | 'SERVICE_STOPPED';

/** An error of the service with a stable `code`. Its message gives what happened, the offending value, and what to do. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly code: ServiceErrorCode,
    message: string,
  ) {
    super(message);
  }
}
