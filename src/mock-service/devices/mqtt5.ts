import { randomUUID } from 'node:crypto';
import {
  generate,
  type IConnectPacket,
  type IDisconnectPacket,
  type IPublishPacket,
  type Packet,
  type Parser,
  parser,
} from 'mqtt-packet';
import type { Conversation, Dialect, SessionTerms } from './dialect.js';
import { PendingTopics } from './pending-topics.js';
import { PublishWindow } from './publish-window.js';
import { connackReason, REASON, type Reason } from './reasons.js';

const V4 = { protocolVersion: 4 } as const;
const V5 = { protocolVersion: 5 } as const;
/** The value that stands for no end. */
const NEVER_EXPIRES = 0xffff_ffff;
const NORMAL_DISCONNECT = 0;
const FIRST_FAILURE = 0x80;

export interface Mqtt5Limits {
  /** A packet from a device; told in the CONNACK. */
  readonly maxPacketBytes: number;
  /** What may wait until the device has acknowledged earlier messages. */
  readonly maxQueuedBytes: number;
}

/**
 * Lets a device that speaks MQTT 5 talk to a broker that speaks 3.1.1. What only MQTT 5 has and a broker may decline is
 * declined in its own terms; properties of messages are not carried over (docs/devices.md).
 */
export class Mqtt5 implements Dialect {
  readonly #out: Conversation;
  readonly #limits: Mqtt5Limits;
  readonly #device = this.#parser(V5, (packet) => this.#heard(packet));
  readonly #broker = this.#parser(V4, (packet) => this.#answered(packet));
  readonly #topics = new PendingTopics();
  #window: PublishWindow | undefined;
  #assignedId: string | undefined;
  #phase: 'new' | 'connecting' | 'connected' | 'over' = 'new';
  session: SessionTerms = { startsClean: true, expirySeconds: 0 };

  constructor(out: Conversation, limits: Mqtt5Limits) {
    this.#out = out;
    this.#limits = limits;
  }

  fromDevice(chunk: Buffer): void {
    this.#parse(this.#device, chunk);
  }

  fromBroker(chunk: Buffer): void {
    this.#parse(this.#broker, chunk);
  }

  farewell(reason: Reason): Buffer | undefined {
    const phase = this.#phase;
    this.#phase = 'over';
    // Before the CONNACK a DISCONNECT may not be sent, and a CONNACK says why (MQTT 5 3.1.4, 3.14).
    if (phase === 'connected') return generate({ cmd: 'disconnect', reasonCode: reason }, V5);
    if (phase === 'connecting') return connack(reason);
    return undefined;
  }

  #parser(version: typeof V4 | typeof V5, onPacket: (packet: Packet) => void): Parser {
    const made = parser(version);
    made.on('packet', (packet) => {
      if (this.#phase !== 'over') onPacket(packet);
    });
    made.on('error', () => this.#end(REASON.malformed));
    return made;
  }

  #parse(from: Parser, chunk: Buffer): void {
    if (this.#phase === 'over') return;
    try {
      from.parse(chunk);
    } catch {
      // The library throws for some bytes that make no sense, and for packets that cannot be made of what it read.
      this.#end(REASON.malformed);
    }
  }

  #end(reason: Reason): void {
    const last = this.farewell(reason);
    if (last !== undefined) this.#out.toDevice(last);
    this.#out.end();
  }

  #heard(packet: Packet): void {
    if (packet.cmd === 'connect') return void this.#connect(packet);
    switch (packet.cmd) {
      case 'publish':
        return void this.#publish(packet);
      case 'subscribe':
        if (packet.properties?.subscriptionIdentifier !== undefined)
          return void this.#end(REASON.subscriptionIdentifiers);
        if (packet.subscriptions.some(({ topic }) => topic.startsWith('$share/')))
          return void this.#end(REASON.sharedSubscriptions);
        this.#topics.asked(
          packet.messageId!,
          packet.subscriptions.map(({ topic }) => topic),
        );
        break;
      case 'unsubscribe':
        this.#topics.asked(packet.messageId!, packet.unsubscriptions);
        break;
      case 'puback':
      case 'pubcomp':
        this.#window?.acknowledged(packet.messageId!);
        break;
      case 'pubrec':
        // A refusal ends the exchange for the device, and the broker goes on with it.
        if ((packet.reasonCode ?? 0) >= FIRST_FAILURE) this.#window?.abandon(packet.messageId!);
        break;
      case 'pubrel':
      case 'pingreq':
        break;
      case 'disconnect':
        return void this.#leave(packet);
      default:
        // AUTH among them: the CONNECT named no method.
        return void this.#end(REASON.protocolError);
    }
    this.#toBroker(packet);
  }

  #connect({ properties = {}, clientId, clean = false, will, ...packet }: IConnectPacket): void {
    if (this.#phase !== 'new') return void this.#end(REASON.protocolError);
    this.#phase = 'connecting';
    if (properties.authenticationMethod !== undefined) return void this.#end(REASON.badAuthenticationMethod);
    const { sessionExpiryInterval = 0, receiveMaximum, maximumPacketSize } = properties;
    if (receiveMaximum === 0 || maximumPacketSize === 0) return void this.#end(REASON.protocolError);
    this.#window = new PublishWindow({ receiveMaximum, maximumPacketSize, ...this.#limits });
    this.session = { startsClean: clean, expirySeconds: secondsOf(sessionExpiryInterval) };
    if (clientId === '') this.#assignedId = randomUUID();
    const { keepalive, username, password } = packet;
    this.#toBroker({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: this.#assignedId ?? clientId,
      // A session that is to be kept is none of 3.1.1's clean ones; the broker forgets the old one (SessionTerms).
      clean: clean && sessionExpiryInterval === 0,
      ...(keepalive !== undefined && { keepalive }),
      // 3.1.1 has no password without a user.
      ...(username !== undefined && { username, ...(password !== undefined && { password }) }),
      ...(will !== undefined && { will: { ...will, properties: {} } }),
    });
  }

  #publish({ properties, topic, ...packet }: IPublishPacket): void {
    // The CONNACK allows no alias.
    if (properties?.topicAlias !== undefined) return void this.#end(REASON.topicAliasInvalid);
    if (topic === '') return void this.#end(REASON.protocolError);
    this.#toBroker({ ...packet, topic });
  }

  #leave({ reasonCode = NORMAL_DISCONNECT, properties = {} }: IDisconnectPacket): void {
    const { sessionExpiryInterval } = properties;
    if (sessionExpiryInterval !== undefined) {
      if (this.session.expirySeconds === 0 && sessionExpiryInterval !== 0)
        return void this.#end(REASON.protocolError);
      this.session = { ...this.session, expirySeconds: secondsOf(sessionExpiryInterval) };
    }
    this.#phase = 'over';
    // Any other reason leaves the will to be published, as 3.1.1 does where a device is lost.
    if (reasonCode !== NORMAL_DISCONNECT) return void this.#out.end();
    this.#out.toBroker(generate({ cmd: 'disconnect' }, V4));
  }

  #answered(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack': {
        const { returnCode = 0, sessionPresent } = packet;
        if (returnCode !== 0) return void this.#refused(returnCode);
        this.#phase = 'connected';
        this.#topics.resumed = sessionPresent;
        return void this.#out.toDevice(this.#welcome(sessionPresent));
      }
      case 'publish':
        return void this.#deliver(packet);
      case 'suback':
        return void this.#toDevice({
          ...packet,
          granted: this.#topics.subscribed(packet.messageId!, packet.granted as number[]),
        });
      case 'unsuback':
        return void this.#toDevice({ ...packet, granted: this.#topics.unsubscribed(packet.messageId!) });
      case 'pubrel':
        if (this.#window?.wasAbandoned(packet.messageId!)) {
          this.#toBroker({ cmd: 'pubcomp', messageId: packet.messageId! });
          return void this.#sendWaiting();
        }
        return void this.#toDevice(packet);
      default:
        return void this.#toDevice(packet);
    }
  }

  #welcome(sessionPresent: boolean): Buffer {
    const properties = {
      maximumPacketSize: this.#limits.maxPacketBytes,
      topicAliasMaximum: 0,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      ...(this.#assignedId !== undefined && { assignedClientIdentifier: this.#assignedId }),
    };
    return generate({ cmd: 'connack', sessionPresent, reasonCode: 0, properties }, V5);
  }

  #refused(returnCode: number): void {
    this.#phase = 'over';
    this.#out.toDevice(connack(connackReason(returnCode)));
  }

  #deliver(packet: IPublishPacket): void {
    const { messageId, qos } = packet;
    const bytes = generate({ ...packet, properties: {} }, V5);
    const verdict = this.#window!.admit(qos === 0 ? undefined : messageId!, bytes);
    if (verdict === 'send') return void this.#out.toDevice(bytes);
    if (verdict === 'overflow') return void this.#end(REASON.quotaExceeded);
    if (verdict === 'wait' || qos === 0) return;
    // Too large for the device: it is as if it had been sent (MQTT 5 3.1.2.11.4).
    if (qos === 2) this.#window!.abandon(messageId!);
    this.#toBroker({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId: messageId! });
  }

  #sendWaiting(): void {
    for (const bytes of this.#window?.next() ?? []) this.#out.toDevice(bytes);
  }

  #toBroker(packet: Packet): void {
    this.#out.toBroker(generate({ ...packet, properties: {} } as Packet, V4));
    this.#sendWaiting();
  }

  #toDevice(packet: Packet): void {
    this.#out.toDevice(generate(packet, V5));
  }
}

function connack(reasonCode: number): Buffer {
  return generate({ cmd: 'connack', sessionPresent: false, reasonCode }, V5);
}

function secondsOf(interval: number): number {
  return interval === NEVER_EXPIRES ? Number.POSITIVE_INFINITY : interval;
}
