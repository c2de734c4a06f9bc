import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientSocket } from '../../src/scenario-runner/index.js';
import { symptomOf } from '../../src/scenario-runner/verdicts/symptoms.js';
import { closePayload } from '../../src/scenario-runner/wire/server-frames.js';
import { FRAMES } from '../support/raw-pair.js';
import { closeBytes, RawClient, rawFrame } from '../support/raw-websocket.js';
import { describeWithPrograms, runProgram } from '../support/real-program.js';
import { openScriptedEndpoint, type ScriptedEndpoint } from '../support/scripted-endpoint.js';

const TRANSPORTS = ['plain', 'TLS'] as const;
type Transport = (typeof TRANSPORTS)[number];

let endpoint: ScriptedEndpoint;
beforeAll(async () => {
  endpoint = await openScriptedEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

async function meets(
  transport: Transport,
  { port, ca, service } = endpoint,
): Promise<{ client: RawClient; socket: ClientSocket }> {
  const tls = transport === 'TLS' ? { ca } : {};
  const client = await RawClient.open(port, { side: 'source', token: 'AQGA', ...tls });
  const socket = await service.opened.take();
  expect((await client.frame()).payload).toEqual(FRAMES.serviceIds);
  return { client, socket };
}

describe.each(TRANSPORTS)("the judge's endpoint over %s, for a client of raw bytes", (transport) => {
  it('answers a close frame and ends TCP at once (RFC 6455, 5.5.1 and 7.1.1)', async () => {
    const { client, socket } = await meets(transport);
    client.write(rawFrame(8, closeBytes(4321, 'had enough')));
    expect(await client.closeFrame()).toEqual({ code: 4321, reason: 'had enough' });
    await client.end();
    client.socket.end();
    expect(await socket.ended).toEqual({ code: 4321 });
  });

  it('ends TCP at once when its own close frame is answered, and not before', async () => {
    const { client, socket } = await meets(transport);
    socket.close(1000, 'Tunnel is closed');
    expect(await client.closeFrame()).toEqual({ code: 1000, reason: 'Tunnel is closed' });
    client.write(rawFrame(9, 'still there?'));
    expect(await client.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('still there?') });
    client.write(rawFrame(8, closeBytes(1000)));
    await client.end();
    client.socket.end();
    expect(await socket.ended).toEqual({ code: 1000 });
  });

  it('takes any close frame for an answer: what it answers may have been worse', async () => {
    const { client, socket } = await meets(transport);
    socket.injectFrames(
      [{ opcode: 8, payload: closePayload(999) }],
      'a close with a code that does not exist',
    );
    await client.closeFrame();
    client.write(rawFrame(8, closeBytes(999)));
    await client.end();
    expect(socket.monitor.offences).toEqual([]);
    expect(socket.failure).toBeUndefined();
  });

  it('goes on with the next connection while the client has not ended the one that was closed', async () => {
    await using fresh = await openScriptedEndpoint();
    const { client, socket } = await meets(transport, fresh);
    expect(await fresh.service.connection()).toBe(socket);
    client.write(rawFrame(8, closeBytes(1000)));
    await client.end();
    expect(socket.open).toBe(false);
    const next = fresh.service.connection();
    const again = await meets(transport, fresh);
    expect(await next).toBe(again.socket);
    client.socket.end();
  });

  it('leaves the close frame unanswered and TCP open where a scenario says so', async () => {
    const { client, socket } = await meets(transport);
    socket.answersClose = false;
    client.write(rawFrame(8, closeBytes(1000)));
    expect(await socket.closeFrame).toBe(1000);
    socket.ping(Buffer.from('no close frame yet'));
    expect((await client.frame()).payload.toString()).toBe('no close frame yet');
    client.socket.end();
    expect(await socket.ended).toEqual({ code: 1000 });
  });

  it.each<[string, Buffer, number, string, string]>([
    ['an unmasked frame', rawFrame(2, 'x', { masked: false }), 1002, 'W6', 'without a mask'],
    ['reserved bits', rawFrame(2, 'x', { reserved: 4 }), 1002, 'W6', 'reserved bits'],
    ['a reserved opcode', rawFrame(3, 'x'), 1002, 'W6', 'data frame of a kind'],
    ['a reserved control opcode', rawFrame(11, 'x'), 1002, 'W6', 'control frame of a kind'],
    ['a continuation of nothing', rawFrame(0, 'x'), 1002, 'W6', 'continues nothing'],
    [
      'a message within another',
      Buffer.concat([rawFrame(2, '', { fin: false }), rawFrame(2, '')]),
      1002,
      'W6',
      'within a fragmented one',
    ],
    ['a fragmented ping', rawFrame(9, 'x', { fin: false }), 1002, 'W6', 'long or fragmented'],
    ['a long ping', rawFrame(9, 'x'.repeat(126)), 1002, 'W6', 'long or fragmented'],
    ['close code 1005', rawFrame(8, closeBytes(1005)), 1002, 'W6', 'may not be sent'],
    ['half a close code', rawFrame(8, Buffer.from([3])), 1002, 'W6', 'may not be sent'],
    ['a reason that is no UTF-8', rawFrame(8, Buffer.from([3, 232, 0xc0])), 1007, 'W6', 'no UTF-8'],
    ['text', rawFrame(1, 'hello'), 1003, 'W1', 'text message'],
    [
      'a frame of 131077 bytes, by its header',
      rawFrame(2, Buffer.alloc(131_077)).subarray(0, 14),
      1009,
      'W2',
      'over 131076',
    ],
  ])('fails the connection over %s, and says why', async (_name, bytes, code, rule, symptom) => {
    const { client, socket } = await meets(transport);
    client.write(bytes);
    expect(await client.closeFrame()).toEqual({ code, reason: expect.stringContaining(symptom) });
    await client.end();
    // Nothing that follows counts.
    client.write(Buffer.concat([rawFrame(2, FRAMES.v3Start), rawFrame(1, 'more')]));
    client.socket.end();
    await socket.ended;
    const offences = socket.monitor.offences.map(({ rule, symptom }) => [rule, symptomOf(symptom).text]);
    expect(offences).toEqual([[rule, expect.stringContaining(symptom)]]);
    expect(socket.messages.untaken).toEqual([]);
  });

  it('takes a frame of 131076 bytes, and a message of several', async () => {
    const { client, socket } = await meets(transport);
    client.write(rawFrame(2, FRAMES.v3Start, { fin: false }));
    client.write(rawFrame(9, 'between'));
    client.write(rawFrame(0, Buffer.alloc(131_076), { fin: false }));
    client.write(rawFrame(0, ''));
    expect(await client.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('between') });
    client.write(rawFrame(9, 'after it'));
    expect(await client.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('after it') });
    expect(socket.failure).toBeUndefined();
    client.destroy();
  });

  it('reads what came in one piece with the handshake', async () => {
    const tls = transport === 'TLS' ? { ca: endpoint.ca } : {};
    const client = await RawClient.connect(endpoint.port, tls);
    const bytes = handshake();
    client.write(Buffer.concat([Buffer.from(bytes), rawFrame(9, 'at once')]));
    expect((await client.answer()).status).toBe(101);
    await client.frame();
    expect(await client.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('at once') });
    await endpoint.service.opened.take();
    client.destroy();
  });

  it('loses nothing that it wrote before it cuts TCP', async () => {
    for (let i = 0; i < 20; i++) {
      const tls = transport === 'TLS' ? { ca: endpoint.ca } : {};
      const client = await RawClient.connect(endpoint.port, tls);
      client.write(handshake());
      const socket = await endpoint.service.opened.take();
      socket.ping(Buffer.from('the last'));
      socket.drop();
      expect(socket.open).toBe(false);
      expect((await client.answer()).status).toBe(101);
      expect((await client.frame()).payload).toEqual(FRAMES.serviceIds);
      expect((await client.frame()).payload.toString()).toBe('the last');
      await client.end();
    }
  });

  it('cuts TCP at a client that does not read, soon or at once', async () => {
    for (const loses of [true, false]) {
      const { client, socket } = await meets(transport);
      client.socket.pause();
      socket.injectBytes(Buffer.alloc(32 * 1024 * 1024), 'more than TCP holds');
      socket.drop({ loses });
      expect(await socket.ended).toEqual({ code: undefined });
      // What TCP held is passed over: how much it is depends on the system.
      client.socket.removeAllListeners('data').resume();
      await client.end();
    }
  });
});

describe("what the judge's endpoint can do on a scenario's word", () => {
  it.each(['another-ca', 'another-name', 'expired', 'not-yet-valid'] as const)(
    'shows a certificate that is not to be trusted: %s',
    async (fault) => {
      await using other = await openScriptedEndpoint();
      await other.service.presents(fault);
      const attempt = other.service.attempts.take();
      await expect(RawClient.connect(other.port, { ca: other.ca })).rejects.toThrow(/certificate|altnames/i);
      await (await attempt).ended;
      expect(other.service.allHandshakes).toEqual([]);
    },
  );

  it('takes TCP and says nothing, TLS or plain', async () => {
    await using other = await openScriptedEndpoint();
    other.service.answersTcp = false;
    const client = await RawClient.connect(other.port);
    const attempt = await other.service.attempts.take();
    client.write(handshake());
    client.socket.end();
    await client.end();
    await attempt.ended;
    expect(client.unread).toHaveLength(0);
    expect(other.service.allHandshakes).toEqual([]);
  });

  it.each(TRANSPORTS)('reads a handshake and does not answer it, over %s', async (transport) => {
    endpoint.service.answers({ silent: true });
    const { service } = endpoint;
    service.attempts.drain();
    const client = await RawClient.connect(endpoint.port, transport === 'TLS' ? { ca: endpoint.ca } : {});
    service.handshakes.drain();
    client.write(handshake());
    expect((await service.handshakes.take()).isEncrypted).toBe(transport === 'TLS');
    client.socket.end();
    await client.end();
    await (await service.attempts.take()).ended;
    expect(client.unread).toHaveLength(0);
  });
});

function handshake(): string {
  const headers = [
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: aws.iot.securetunneling-3.0',
    'access-token: AQGA',
  ];
  return `GET /tunnel?local-proxy-mode=source HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}

describeWithPrograms(
  { python3: 'python3-websockets' },
  "the judge's endpoint and Python's websockets",
  () => {
    const script = new URL('clients/websockets_client.py', import.meta.url).pathname;
    const runs = async (transport: Transport, what: string) => {
      const scheme = transport === 'TLS' ? 'wss' : 'ws';
      const url = `${scheme}://localhost:${endpoint.port}/tunnel?local-proxy-mode=source`;
      const { code, stdout, stderr } = await runProgram('python3', [script, url, endpoint.caPath, what]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout) as { code: number; reason: string; messages: string[] };
    };
    const serviceIds = FRAMES.serviceIds.toString('hex');

    it.each(TRANSPORTS)('a client that closes is done when it is answered, over %s', async (transport) => {
      const seen = runs(transport, 'closes');
      const socket = await endpoint.service.opened.take();
      expect(await seen).toEqual({ code: 4321, reason: 'had enough', messages: [serviceIds] });
      expect(await socket.ended).toEqual({ code: 4321 });
    });

    it.each(TRANSPORTS)(
      'a client that is closed is done when it has answered, over %s',
      async (transport) => {
        const seen = runs(transport, 'listens');
        const socket = await endpoint.service.opened.take();
        socket.close(1000, 'Tunnel is closed');
        expect(await seen).toEqual({ code: 1000, reason: 'Tunnel is closed', messages: [serviceIds] });
        expect(await socket.ended).toEqual({ code: 1000 });
      },
    );

    it.each(TRANSPORTS)('a client that is cut off has read what was written, over %s', async (transport) => {
      const seen = runs(transport, 'listens');
      const socket = await endpoint.service.opened.take();
      socket.injectFrames([{ opcode: 2, payload: Buffer.from('last') }], 'the last bytes');
      socket.drop();
      const messages = [serviceIds, Buffer.from('last').toString('hex')];
      expect(await seen).toMatchObject({ code: 1006, messages });
    });

    it.each(TRANSPORTS)('a client that sends text is told, over %s', async (transport) => {
      const seen = runs(transport, rawFrame(1, 'hello').toString('hex'));
      const socket = await endpoint.service.opened.take();
      expect(await seen).toMatchObject({ code: 1003, reason: 'W1: sent a text message' });
      await socket.ended;
      expect(socket.failure).toMatchObject({ rule: 'W1', code: 1003 });
    });
  },
);
