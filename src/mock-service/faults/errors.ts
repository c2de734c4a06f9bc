/** Why a fault cannot be installed, changed or removed. The codes are stable: programs may match on them. */
export type FaultErrorCode =
  /** No kind of fault has that name: docs/faults.md lists them. */
  | 'FAULT_TYPE_UNKNOWN'
  /** An attribute, or another field, has a value that the fault cannot use. */
  | 'FAULT_INVALID'
  /** A fault of that name is installed already: remove it, or give another name. */
  | 'FAULT_EXISTS'
  /** No fault of that name is installed. */
  | 'FAULT_NOT_FOUND';

/** A fault that cannot be installed, changed or removed. */
export class FaultError extends Error {
  override readonly name = 'FaultError';

  constructor(
    readonly code: FaultErrorCode,
    message: string,
  ) {
    super(message);
  }
}
