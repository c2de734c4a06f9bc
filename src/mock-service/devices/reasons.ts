/** Why a device's connection ends, or is refused, as MQTT 5 tells it (MQTT 5 2.4). */
export const REASON = {
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  notAuthorized: 0x87,
  unavailable: 0x88,
  shuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  takenOver: 0x8e,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  sharedSubscriptions: 0x9e,
  subscriptionIdentifiers: 0xa1,
} as const;

export type Reason = (typeof REASON)[keyof typeof REASON];

/** Return codes of a CONNACK in MQTT 3.1.1 (3.2.2.3), as reason codes of MQTT 5. */
const CONNACK_REASONS: readonly number[] = [0, 0x84, 0x85, 0x88, 0x86, 0x87];

export function connackReason(returnCode: number): number {
  return CONNACK_REASONS[returnCode] ?? REASON.unspecified;
}
