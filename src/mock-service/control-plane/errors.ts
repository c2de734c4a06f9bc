import { ServiceError, type ServiceErrorCode } from '../kit/index.js';

/** An error with AWS's name, as the API answers it. `code` goes into `__type` and `x-amzn-errortype`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    message: string,
    /** HTTP status; 400 for all modelled errors. */
    readonly status = 400,
  ) {
    super(message);
  }
}

/** AWS's names for the service errors that a request can cause. */
const AWS_NAMES: Partial<Record<ServiceErrorCode, readonly [name: string, status: number]>> = {
  TUNNEL_NOT_FOUND: ['ResourceNotFoundException', 400],
  // AWS's model of RotateTunnelAccessToken has no other error for a tunnel that cannot be rotated.
  TUNNEL_CLOSED: ['ResourceNotFoundException', 400],
  LIMIT_EXCEEDED: ['LimitExceededException', 400],
  INVALID_OPTION: ['ValidationException', 400],
  SERVICE_STOPPED: ['ServiceUnavailableException', 503],
};

/** Turns any thrown value into an error that the API can answer. An unexpected error tells the client no details. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const known = error instanceof ServiceError ? AWS_NAMES[error.code] : undefined;
  if (known !== undefined && error instanceof ServiceError)
    return new ApiError(known[0], error.message, known[1]);
  process.emitWarning(error instanceof Error ? error : String(error), 'ControlPlaneError');
  return new ApiError('InternalFailure', 'An internal error occurred; the log of the service says why', 500);
}
