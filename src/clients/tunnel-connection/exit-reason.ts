import type { ClientError } from '../errors.js';

/** Why a client has ended for good. Only `failed` and `rejected` are failures. */
export type ExitReason =
  /** The tunnel was closed or reached the end of its life (S16): a success. */
  | { readonly kind: 'tunnel-closed'; readonly message: string }
  /** A newer client with this side's token has replaced this one (H12). */
  | { readonly kind: 'replaced'; readonly message: string }
  /** `stop()` was called, or the signal aborted. */
  | { readonly kind: 'stopped'; readonly message: string }
  /** The service refused a handshake, and a retry is not allowed (H11). `body` is its reason, in one line. */
  | {
      readonly kind: 'rejected';
      readonly message: string;
      readonly status: number;
      readonly body: string;
      readonly error: ClientError;
    }
  /** Anything else that cannot be retried. */
  | { readonly kind: 'failed'; readonly message: string; readonly error: ClientError };

/** Why a close by the service ends the client (S16). Undefined if the client connects again. */
export function meaningOfClose(code: number, reason: string): ExitReason | undefined {
  if (/replaced/i.test(reason)) return { kind: 'replaced', message: reason };
  if (code === 1000 || /tunnel (is|was) closed/i.test(reason)) {
    return { kind: 'tunnel-closed', message: reason || 'The service closed the connection normally' };
  }
  return undefined;
}
