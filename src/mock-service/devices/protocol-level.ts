const CONNECT = 0x10;
const MAX_LENGTH_BYTES = 4;
/** `MQTT`, and `MQIsdp` as 3.1 had it. */
const NAME_LENGTHS: readonly number[] = [4, 6];

export const MQTT_5 = 5;

/**
 * The version in a CONNECT packet (MQTT 5 3.1.2.2): 4 is MQTT 3.1.1. 0 where the bytes begin no CONNECT, undefined while there
 * are too few.
 */
export function protocolLevel(bytes: Buffer): number | undefined {
  if (bytes.length > 0 && bytes[0] !== CONNECT) return 0;
  let at = 1;
  while ((bytes[at] ?? 0) >= 0x80) at++;
  if (at > MAX_LENGTH_BYTES) return 0;
  const name = at + 1;
  if (bytes.length < name + 2) return undefined;
  const length = bytes.readUInt16BE(name);
  return NAME_LENGTHS.includes(length) ? bytes[name + 2 + length] : 0;
}
