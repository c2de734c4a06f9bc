import { generate, type IConnectPacket, type ISubscribePacket, type Packet, parser } from 'mqtt-packet';
import { beforeEach, describe, expect, it } from 'vitest';
import { Mqtt5 } from '../../../src/mock-service/devices/mqtt5.js';
import { REASON } from '../../../src/mock-service/devices/reasons.js';

/* The translation alone: packets of MQTT 5 on the device's side, of 3.1.1 on the broker's. */

let toBroker: Packet[];
let toDevice: Packet[];
let isOver: boolean;
let front: Mqtt5;

beforeEach(() => {
  const readers = [4, 5].map((protocolVersion) => parser({ protocolVersion }));
  const [broker, device] = readers as [(typeof readers)[0], (typeof readers)[0]];
  toBroker = [];
  toDevice = [];
  isOver = false;
  broker.on('packet', (packet) => toBroker.push(packet));
  device.on('packet', (packet) => toDevice.push(packet));
  const out = {
    toBroker: (bytes: Buffer) => void broker.parse(bytes),
    toDevice: (bytes: Buffer) => void device.parse(bytes),
    end: () => {
      isOver = true;
    },
  };
  front = new Mqtt5(out, { maxPacketBytes: 131_072, maxQueuedBytes: 1000 });
});

const says = (packet: Packet) => front.fromDevice(generate(packet, { protocolVersion: 5 }));
const answers = (packet: Packet) => front.fromBroker(generate(packet, { protocolVersion: 4 }));
const hello = (further: Partial<IConnectPacket> = {}) =>
  says({ cmd: 'connect', protocolVersion: 5, clientId: 'lamp', clean: true, ...further });
const joined = (further: Partial<IConnectPacket> = {}) => {
  hello(further);
  answers({ cmd: 'connack', returnCode: 0, sessionPresent: false });
};
const message = (messageId: number, bytes = 10, qos: 1 | 2 = 1) =>
  answers({
    cmd: 'publish',
    topic: 't',
    payload: 'x'.repeat(bytes),
    qos,
    messageId,
    dup: false,
    retain: false,
  });
const delivered = () => toDevice.filter(({ cmd }) => cmd === 'publish').map(({ messageId }) => messageId);

describe('CONNECT', () => {
  it.each([
    [{ clean: true }, { clean: true, startsClean: true, expirySeconds: 0 }],
    [{ clean: false }, { clean: false, startsClean: false, expirySeconds: 0 }],
    [
      { clean: true, properties: { sessionExpiryInterval: 60 } },
      { clean: false, startsClean: true, expirySeconds: 60 },
    ],
    [
      { clean: false, properties: { sessionExpiryInterval: 0xffffffff } },
      { clean: false, startsClean: false, expirySeconds: Number.POSITIVE_INFINITY },
    ],
  ])('%j: the session that it asks for', (packet, { clean, ...session }) => {
    hello(packet);
    expect(toBroker).toMatchObject([{ cmd: 'connect', protocolVersion: 4, clientId: 'lamp', clean }]);
    expect(front.session).toEqual(session);
  });

  it('is welcomed with what this broker does not do', () => {
    joined({ clientId: '' });
    const [{ clientId }] = toBroker as [IConnectPacket];
    expect(clientId).not.toBe('');
    expect(toDevice).toMatchObject([
      {
        cmd: 'connack',
        reasonCode: 0,
        properties: {
          assignedClientIdentifier: clientId,
          topicAliasMaximum: 0,
          maximumPacketSize: 131_072,
          sharedSubscriptionAvailable: false,
          subscriptionIdentifiersAvailable: false,
        },
      },
    ]);
  });

  it.each([
    [2, 0x85],
    [3, 0x88],
    [5, 0x87],
  ])('refused by the broker with %i is refused with 0x%x', (returnCode, reasonCode) => {
    hello();
    answers({ cmd: 'connack', returnCode, sessionPresent: false });
    expect(toDevice).toMatchObject([{ cmd: 'connack', reasonCode }]);
  });

  it.each([
    [{ authenticationMethod: 'SCRAM' }, 0x8c],
    [{ receiveMaximum: 0 }, 0x82],
  ])('with %j is refused, and the broker does not hear of it', (properties, reasonCode) => {
    hello({ properties });
    expect(toBroker).toEqual([]);
    expect(toDevice).toMatchObject([{ cmd: 'connack', reasonCode }]);
    expect(isOver).toBe(true);
  });
});

describe('what only MQTT 5 has', () => {
  const publish = { cmd: 'publish', topic: 't', payload: 'x', qos: 0, dup: false, retain: false } as const;
  const subscribe: ISubscribePacket = {
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [{ topic: 't', qos: 1 }],
  };
  it.each<[string, Packet, number]>([
    ['a topic alias', { ...publish, properties: { topicAlias: 1 } }, 0x94],
    ['AUTH', { cmd: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'x' } }, 0x82],
    ['a subscription identifier', { ...subscribe, properties: { subscriptionIdentifier: 7 } }, 0xa1],
    ['a shared subscription', { ...subscribe, subscriptions: [{ topic: '$share/a/t', qos: 1 }] }, 0x9e],
    [
      'a session that is to live longer than it was made for',
      { cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 5 } },
      0x82,
    ],
  ])('%s is answered by DISCONNECT with its reason', (_what, packet, reasonCode) => {
    joined();
    says(packet);
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode });
    expect(isOver).toBe(true);
    expect(toBroker).toHaveLength(1);
  });

  it('bytes that make no sense are malformed', () => {
    joined();
    front.fromDevice(Buffer.from('3003000174ff', 'hex'));
    front.fromDevice(Buffer.from('c100', 'hex'));
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 0x81 });
  });

  it('properties of messages are left behind, in both directions', () => {
    joined();
    says({ ...publish, properties: { userProperties: { a: 'b' }, contentType: 'text/plain' } });
    expect(toBroker.at(-1)).toMatchObject({ cmd: 'publish', topic: 't', payload: Buffer.from('x') });
    message(1);
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'publish', messageId: 1, qos: 1 });
  });
});

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  it('have a code for each topic, those named twice too', () => {
    joined();
    const subscriptions = ['a', 'b', 'a'].map((topic) => ({ topic, qos: 1 as const }));
    says({ cmd: 'subscribe', messageId: 1, subscriptions });
    answers({ cmd: 'suback', messageId: 1, granted: [1, 128] });
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'suback', messageId: 1, granted: [1, 128, 1] });
    says({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a', 'b'] });
    answers({ cmd: 'unsuback', messageId: 2, granted: [] });
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'unsuback', messageId: 2, granted: [0, 0x11] });
  });
});

describe('what the device lets the broker send', () => {
  it('is no more at once than it acknowledges', () => {
    joined({ properties: { receiveMaximum: 2 } });
    for (const id of [1, 2, 3, 4]) message(id);
    expect(delivered()).toEqual([1, 2]);
    says({ cmd: 'puback', messageId: 1 });
    expect(delivered()).toEqual([1, 2, 3]);
  });

  it('waits within a limit', () => {
    joined({ properties: { receiveMaximum: 1 } });
    for (let id = 1; !isOver && id < 10; id++) message(id, 400);
    expect(delivered()).toEqual([1]);
    expect(toDevice.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: REASON.quotaExceeded });
  });

  it('is no larger than it says, and the broker takes what is larger for sent', () => {
    joined({ properties: { maximumPacketSize: 50 } });
    message(1, 100);
    message(2, 100, 2);
    expect(delivered()).toEqual([]);
    expect(toBroker.slice(1)).toMatchObject([
      { cmd: 'puback', messageId: 1 },
      { cmd: 'pubrec', messageId: 2 },
    ]);
    answers({ cmd: 'pubrel', messageId: 2 });
    expect(toBroker.at(-1)).toMatchObject({ cmd: 'pubcomp', messageId: 2 });
  });
});

describe('the end', () => {
  it.each([
    [0, ['connect', 'disconnect']],
    [4, ['connect']],
  ])('said by the device with reason %i leaves the will to be published or not', (reasonCode, heard) => {
    joined();
    says({ cmd: 'disconnect', reasonCode });
    expect(toBroker.map(({ cmd }) => cmd)).toEqual(heard);
    expect(isOver).toBe(reasonCode !== 0);
    expect(front.farewell(REASON.unspecified)).toBeUndefined();
  });

  it('is told once: by DISCONNECT to a device that joined, by CONNACK to one that has not', () => {
    hello();
    const bytes = front.farewell(REASON.shuttingDown)!;
    expect(bytes[0]).toBe(0x20);
    expect(bytes).toContain(REASON.shuttingDown);
    expect(front.farewell(REASON.shuttingDown)).toBeUndefined();
  });
});
