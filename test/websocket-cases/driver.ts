import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import { RawClient, type RawFrame } from '../support/raw-websocket.js';
import { within } from '../support/within.js';
import { CLOSE, close, PONG, ping } from './bytes.js';
import type { Ends, Expectation, FrameCase, HandshakeCase } from './case.js';
import type { Endpoint, FarSide } from './endpoints.js';

/** How the client's bytes come: as the case has them, or each in a write and a turn of the loop of its own. */
export type Chunking = 'whole' | 'byte by byte';
export type Transport = 'plain' | 'TLS';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const FENCE = 'is that all?';

/** Puts a case about frames to an endpoint. */
export async function putFrames(
  endpoint: Endpoint,
  transport: Transport,
  chunking: Chunking,
  { sends, thenClient, ...expected }: FrameCase,
): Promise<void> {
  const client = await connect(endpoint, transport);
  try {
    const { request, farSide } = await endpoint.prepares();
    const { method, target, version, headers } = request;
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    client.write(`${method} ${target} ${version}\r\n${lines}\r\n`);
    expect((await client.answerHead()).status).toBe(101);
    await client.frame(); // SERVICE_IDS
    const far = await farSide();
    for (const bytes of sends) await write(client, bytes, chunking);
    if (thenClient === 'ends') client.socket.end();
    if (thenClient === 'resets') client.destroy();
    await meets(client, far, expected);
  } finally {
    client.destroy();
  }
}

/** Puts a case about the opening handshake to an endpoint. */
export async function putHandshake(
  endpoint: Endpoint,
  transport: Transport,
  chunking: Chunking,
  { request: makes, behind = [Buffer.alloc(0)], answers, headers = {}, expected }: HandshakeCase,
): Promise<void> {
  const client = await connect(endpoint, transport);
  try {
    const { request, farSide } = await endpoint.prepares();
    const text = makes(request);
    await write(client, Buffer.concat([Buffer.from(text, 'latin1'), behind[0]]), chunking);
    const answer = await client.answerHead().catch(() => undefined);
    expect(answers).toContain(answer?.status ?? 'gone');
    for (const [name, value] of Object.entries(headers))
      expect(answer?.headers.get(name) ?? null).toBe(value);
    if (answer?.status !== 101) return await client.end();
    expect(answer.headers.get('upgrade')?.toLowerCase()).toBe('websocket');
    expect(answer.headers.get('connection')?.toLowerCase()).toBe('upgrade');
    const key = /^sec-websocket-key: *\s*(\S+)/im.exec(text)![1];
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    expect(answer.headers.get('sec-websocket-accept')).toBe(accept);
    expect(answer.headers.get('sec-websocket-extensions')).toBeUndefined();
    const subprotocol = answer.headers.get('sec-websocket-protocol');
    if (subprotocol !== undefined && !subprotocol.endsWith('1.0')) await client.frame(); // SERVICE_IDS
    if (behind[1] !== undefined) await write(client, behind[1], chunking);
    await meets(client, await farSide(), expected ?? { outcome: 'open' });
  } finally {
    client.destroy();
  }
}

async function connect(endpoint: Endpoint, transport: Transport): Promise<RawClient> {
  const client = await RawClient.connect(endpoint.port, transport === 'TLS' ? { ca: endpoint.ca } : {});
  client.socket.setNoDelay(true);
  return client;
}

async function write(client: RawClient, bytes: Uint8Array, chunking: Chunking): Promise<void> {
  if (chunking === 'whole') return client.write(bytes);
  for (const byte of bytes) {
    if (!client.socket.writable) return; // the server has seen enough
    client.write(Buffer.from([byte]));
    await turn();
  }
}

async function meets(client: RawClient, far: FarSide, expected: Expectation): Promise<void> {
  const { pongs = [], carries, outcome } = expected;
  for (const payload of pongs) expect(await client.frame()).toEqual(isPong(payload));
  if (outcome === 'open') {
    client.write(ping(FENCE));
    expect(await client.frame()).toEqual(isPong(FENCE));
  } else if (outcome === 'either') {
    client.write(ping(FENCE));
    // Whatever else it answers first is a pong to what the case sent.
    let next = await client.frame();
    while (next.opcode === PONG && next.payload.toString() !== FENCE) next = await client.frame();
    if (next.opcode !== PONG) await ends(client, next, { ends: [1002, 1009] });
  } else if (outcome === 'gone') {
    await client.end();
  } else {
    await ends(client, await client.frame(), outcome);
  }
  if (carries !== undefined) {
    const received = await within(far.received(carries.length), 'tunnel bytes at the far side');
    expect(received.equals(carries)).toBe(true);
  }
  if (typeof outcome !== 'object' && outcome !== 'gone') return;
  client.socket.end();
  await within(far.over, 'the end at the server');
  if (carries !== undefined) expect(await far.left()).toHaveLength(0);
}

/** The server's close frame, and the end of TCP right behind it. */
async function ends(
  client: RawClient,
  { opcode, payload, masked, fin, reserved }: RawFrame,
  { ends: codes, reason, mayWait }: Ends,
): Promise<void> {
  expect({ opcode, masked, fin, reserved }).toEqual({ opcode: CLOSE, masked: false, fin: true, reserved: 0 });
  expect(codes).toContain(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
  if (reason !== undefined) expect(payload.toString('utf8', 2)).toBe(reason);
  if (mayWait) client.socket.end(close(1000));
  await client.end();
  expect(client.unread).toHaveLength(0);
}

const isPong = (payload: Uint8Array | string) => ({
  opcode: PONG,
  payload: Buffer.from(payload as Uint8Array),
  masked: false,
  fin: true,
  reserved: 0,
});
