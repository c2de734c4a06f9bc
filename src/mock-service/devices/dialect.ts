import type { Reason } from './reasons.js';

/** How long a device's session lives, and whether it begins anew (MQTT 5 3.1.2.4, 3.1.2.11.2). */
export interface SessionTerms {
  readonly startsClean: boolean;
  /** How long it is kept once the device has left; 0 not at all, Infinity for good. */
  readonly expirySeconds: number;
}

/** Where a translation puts what it makes. */
export interface Conversation {
  toBroker(bytes: Buffer): void;
  toDevice(bytes: Buffer): void;
  /** Ends the connection, once the device has what was said to it. */
  end(): void;
}

/** A version of MQTT that the broker does not speak, as it is translated for it. */
export interface Dialect {
  readonly session: SessionTerms;
  fromDevice(chunk: Buffer): void;
  fromBroker(chunk: Buffer): void;
  /** What the device is told as the connection ends, if it has not been told. */
  farewell(reason: Reason): Buffer | undefined;
}
