import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { MORE, offeredProtocols } from './client-hello.js';
import { peek } from './peek.js';

/** First byte of a TLS record that carries a handshake; no HTTP method starts with it. */
const TLS_HANDSHAKE = 0x16;
/** First byte of MQTT's CONNECT, with which every client begins; no HTTP method starts with it either. */
const MQTT_CONNECT = 0x10;
/** Many times what clients say hello with. */
const MAX_HELLO_BYTES = 32 * 1024;
/** Names of ALPN that mean MQTT at AWS: with a client certificate, and with a custom authorizer. */
export const MQTT_PROTOCOLS: readonly string[] = ['x-amzn-mqtt-ca', 'mqtt'];

/** Where a port's MQTT connections go. */
export interface MqttEntrance {
  /** Gets a connection with its first byte still in it, and answers for it from then on. */
  readonly accept: (connection: Duplex) => void;
  /** Whether `accept` gets a client that names MQTT by ALPN with its TLS still on, and makes the handshake itself. */
  readonly takesTls: boolean;
}

export interface DispatchTargets {
  readonly http: HttpServer | Server;
  readonly tls: Server;
  readonly mqtt: MqttEntrance | undefined;
  readonly timeoutMs: number;
}

type Target = 'http' | 'tls' | 'mqtt';

/** Leads connections to who serves them, by their first bytes and by what TLS has agreed on. */
export function dispatcher({ http, tls, mqtt, timeoutMs }: DispatchTargets) {
  const limits = { maxBytes: MAX_HELLO_BYTES, timeoutMs };
  const hand = (connection: Duplex, target: Target): void => {
    if (target === 'mqtt') mqtt!.accept(connection);
    else (target === 'tls' ? tls : http).emit('connection', connection);
  };
  const clear = (first: number | undefined): Target =>
    mqtt !== undefined && first === MQTT_CONNECT ? 'mqtt' : 'http';
  const judge = (bytes: Buffer): Target | undefined => {
    if (bytes[0] !== TLS_HANDSHAKE) return clear(bytes[0]);
    if (mqtt?.takesTls !== true) return 'tls';
    const names = offeredProtocols(bytes);
    if (names === MORE) return undefined;
    // A client that can do both speaks HTTP here.
    return names.some(isMqtt) && !names.includes('http/1.1') ? 'mqtt' : 'tls';
  };

  return {
    /** A connection as it was accepted. */
    dispatch(socket: Socket): void {
      peek<Target>(socket, { ...limits, judge, otherwise: 'tls' }, (target) => hand(socket, target));
    },
    /** One whose TLS has been taken off. */
    dispatchSecured(socket: TLSSocket): void {
      const { alpnProtocol } = socket;
      if (mqtt === undefined || alpnProtocol === 'http/1.1') return void hand(socket, 'http');
      if (alpnProtocol !== false && isMqtt(alpnProtocol ?? '')) return void hand(socket, 'mqtt');
      const judgeFirst = (bytes: Buffer) => clear(bytes[0]);
      peek<Target>(socket, { ...limits, judge: judgeFirst, otherwise: 'http' }, (to) => hand(socket, to));
    },
  };
}

function isMqtt(name: string): boolean {
  return MQTT_PROTOCOLS.includes(name);
}
