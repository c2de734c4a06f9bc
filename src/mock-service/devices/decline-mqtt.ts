import type { Duplex } from 'node:stream';
import { generate } from 'mqtt-packet';
import { peek } from '../port/index.js';
import { MQTT_5, protocolLevel } from './protocol-level.js';
import { REASON } from './reasons.js';

/** More than the part of a CONNECT that tells the version. */
const MAX_BYTES = 64;
/** How long a device may take to read the answer and hang up, in milliseconds. */
const LINGER_MS = 2000;

/** Why there is no broker for a device: by the return code of MQTT 3.1.1 (3.2.2.3), and the reason code of MQTT 5. */
const ANSWERS = {
  unavailable: { returnCode: 3, reasonCode: REASON.unavailable },
  'not-authorized': { returnCode: 5, reasonCode: REASON.notAuthorized },
} as const;

/**
 * Answers a device's CONNECT with a CONNACK that says why not, in its own version, and ends the connection.
 * @param timeoutMs for the CONNECT to come.
 */
export function declineMqtt(connection: Duplex, why: keyof typeof ANSWERS, timeoutMs: number): void {
  const limits = { otherwise: 0, maxBytes: MAX_BYTES, timeoutMs };
  peek<number>(connection, { ...limits, judge: protocolLevel }, (level) => {
    connection.on('error', () => connection.destroy());
    if (level === 0) return void connection.destroy();
    const { returnCode, reasonCode } = ANSWERS[why];
    const isV5 = level === MQTT_5;
    const answer = {
      cmd: 'connack',
      sessionPresent: false,
      ...(isV5 ? { reasonCode } : { returnCode }),
    } as const;
    connection.end(generate(answer, { protocolVersion: isV5 ? MQTT_5 : 4 }));
    connection.resume();
    const timer = setTimeout(() => connection.destroy(), LINGER_MS);
    connection.once('end', () => connection.destroy());
    connection.once('close', () => clearTimeout(timer));
  });
}
