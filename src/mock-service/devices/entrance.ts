import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { answerSocket, pathOf, textAnswer, type UpgradeHandler } from '../http/index.js';
import type { Clock } from '../kit/index.js';
import type { MqttEntrance } from '../port/index.js';
import { declineMqtt } from './decline-mqtt.js';
import { MQTT_PATH } from './websocket-entrance.js';

/** Where the embedded broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

const THIS_MACHINE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const NO_BROKER = 'There is no MQTT broker here; start the service with --mqtt-port (mqttPort)\n';

/**
 * The way from the service's own port to the embedded broker, as devices behind firewalls need it. The broker is in another
 * thread, so bytes are handed to its port as they come, with their TLS if the device names MQTT in it.
 * @param timeoutMs for the CONNECT of a device that is refused.
 */
export function mqttEntrance(broker: BrokerAddress | undefined, timeoutMs: number): MqttEntrance {
  if (broker === undefined) {
    return { takesTls: false, accept: (connection) => declineMqtt(connection, 'unavailable', timeoutMs) };
  }
  return { takesTls: true, accept: (connection) => join(connection, broker, []) };
}

/** The same for MQTT over WebSocket. */
export function mqttUpgrade(broker: BrokerAddress | undefined, clock: Clock): UpgradeHandler {
  return (request, socket, head) => {
    if (pathOf(request.url ?? '') !== MQTT_PATH) return false;
    if (broker === undefined) answerSocket(socket, textAnswer(404, NO_BROKER), clock);
    else join(socket, broker, [headOf(request), head]);
    return true;
  };
}

function join(connection: Duplex, { host, port }: BrokerAddress, first: readonly Buffer[]): void {
  const broker = connect({ host: THIS_MACHINE[host] ?? host, port, noDelay: true });
  for (const bytes of first) broker.write(bytes);
  // Where one side ends or fails, both do; there is nobody to tell why.
  pipeline(connection, broker, connection, () => {
    broker.destroy();
    connection.destroy();
  });
}

/** A request as it came. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return Buffer.from(`${text}\r\n`, 'latin1');
}
