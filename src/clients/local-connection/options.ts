import type { Clock } from '../clock.js';
import { wholeNumber } from '../tunnel-connection/index.js';
import type { LocalLimits } from './types.js';

/** Options for the connections between the tunnel and the applications. */
export type LocalOptions = Partial<Omit<LocalLimits, 'clock'>>;

/**
 * Checks the options and fills in the defaults.
 * @throws {ClientError} INVALID_OPTION.
 */
export function resolveLocalOptions(options: LocalOptions, clock: Clock): LocalLimits {
  return {
    maxQueuedBytes: wholeNumber('maxQueuedBytes', options.maxQueuedBytes ?? 1024 * 1024),
    maxQueuedBytesInAll: wholeNumber('maxQueuedBytesInAll', options.maxQueuedBytesInAll ?? 16 * 1024 * 1024),
    halfCloseQuietMs: wholeNumber('halfCloseQuietMs', options.halfCloseQuietMs ?? 250),
    closeTimeoutMs: wholeNumber('closeTimeoutMs', options.closeTimeoutMs ?? 10_000),
    clock,
  };
}
