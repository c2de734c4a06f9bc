import { ProtocolError } from '../../protocol/index.js';
import { FaultError } from '../faults/index.js';
import { ServiceError } from '../kit/index.js';

/** Every error of the admin API: its HTTP status and its meaning. docs/admin-api.md shows this table. */
export const ADMIN_ERRORS = {
  BAD_JSON: [400, 'The body is not JSON'],
  INVALID_REQUEST: [400, 'A field of the body, the query or the path is not valid'],
  INVALID_OPTION: [400, 'An option of a tunnel has a value that the service cannot use'],
  FAULT_TYPE_UNKNOWN: [400, 'No kind of fault has that name'],
  FAULT_INVALID: [400, 'A field or attribute of a fault has a value that it cannot use'],
  VALUE_OUT_OF_RANGE: [400, 'An id of a message does not fit its field'],
  MESSAGE_TOO_LARGE: [400, 'A message is longer than a frame can announce'],
  UNAUTHORIZED: [401, 'The service has an admin token, and the request does not carry it'],
  FORBIDDEN: [403, 'Without an admin token, only programs and pages of this machine may use the API'],
  NOT_FOUND: [404, 'Nothing is served at that path'],
  TUNNEL_NOT_FOUND: [404, 'No tunnel has that id'],
  SESSION_NOT_FOUND: [404, 'That side of the tunnel is not connected'],
  FAULT_NOT_FOUND: [404, 'No fault of that name is installed'],
  CAPTURE_NOT_FOUND: [404, 'No capture has that id'],
  METHOD_NOT_ALLOWED: [405, 'The path is served, but not with that method'],
  TIMEOUT: [408, 'The awaited frame did not come in time'],
  TUNNEL_CLOSED: [409, 'The tunnel is closed, and a closed tunnel never opens again'],
  FAULT_EXISTS: [409, 'A fault of that name is installed already'],
  SESSION_ENDED: [410, 'The session ended before the awaited frame came'],
  BODY_TOO_LARGE: [413, 'The body is larger than the API accepts'],
  LIMIT_EXCEEDED: [429, 'The service cannot keep more of these'],
  SERVICE_STOPPED: [503, 'The service has been stopped'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type AdminErrorCode = keyof typeof ADMIN_ERRORS;

/** An error that the admin API answers. */
export class AdminError extends Error {
  override readonly name = 'AdminError';

  constructor(
    readonly code: AdminErrorCode,
    message: string = ADMIN_ERRORS[code][1],
  ) {
    super(message);
  }

  get status(): number {
    return ADMIN_ERRORS[this.code][0];
  }
}

/** An error of a lower room as an error of the API. Undefined for an internal error, which no request should cause. */
export function asAdminError(error: unknown): AdminError | undefined {
  if (error instanceof AdminError) return error;
  const known =
    error instanceof ServiceError || error instanceof FaultError || error instanceof ProtocolError;
  if (!known || !(error.code in ADMIN_ERRORS)) return undefined;
  return new AdminError(error.code as AdminErrorCode, error.message);
}
