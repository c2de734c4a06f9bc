import { ServiceError, type ServiceErrorCode } from '../kit/index.js';

/** An error with AWS's name for it, as the API answers it. `code` goes into `__type` and `x-amzn-errortype`. */
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

/** What AWS calls those errors of the service that a request can bring about. */
const AWS_NAMES: Partial<Record<ServiceErrorCode, readonly [name: string, status: number]>> = {
  TUNNEL_NOT_FOUND: ['ResourceNotFoundException', 400],
  // RotateTunnelAccessToken models no other error for a tunnel that cannot be rotated.
  TUNNEL_CLOSED: ['ResourceNotFoundException', 400],
  LIMIT_EXCEEDED: ['LimitExceededException', 400],
  INVALID_OPTION: ['ValidationException', 400],
  SERVICE_STOPPED: ['ServiceUnavailableException', 503],
};

/** Anything thrown, as an error the API can answer. What nobody foresaw tells the client nothing but that. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const known = error instanceof ServiceError ? AWS_NAMES[error.code] : undefined;
  if (known !== undefined && error instanceof ServiceError)
    return new ApiError(known[0], error.message, known[1]);
  process.emitWarning(error instanceof Error ? error : String(error), 'ControlPlaneError');
  return new ApiError('InternalFailure', 'The service failed; its log says why', 500);
}
