import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { RawClient } from '../support/raw-websocket.js';

/** 600 ids of 120 characters: more than one SERVICE_IDS can carry. */
const TOO_MANY_IDS = Array.from({ length: 600 }, (_, i) => `${i}-`.padEnd(120, 'x'));

interface Tunnel {
  readonly tunnelId: string;
  readonly sourceAccessToken: string;
  readonly destinationAccessToken: string;
}

describe('the service, started as a process', () => {
  const folder = temporaryFolder();
  let program: RunningProgram;
  let endpoint: string;
  let bystander: RawClient;

  beforeEach(async () => {
    const args = ['serve', '--port', '0', '--open', 'SSH', '--state-dir', folder.path, '--json'];
    program = startCli([...args, '--log-level', 'error']);
    const ready = (await program.event('ready')) as never as { endpoint: string; tunnels: Tunnel[] };
    endpoint = ready.endpoint;
    bystander = await connect(ready.tunnels[0]!.sourceAccessToken);
    await bystander.frame();
  });
  afterEach(async () => {
    bystander.destroy();
    await program[Symbol.asyncDispose]();
  });

  const port = () => Number(endpoint.split(':').at(-1));
  const connect = (token: string, side = 'source') =>
    RawClient.open(port(), { side, token, subprotocol: 'aws.iot.securetunneling-3.0' });

  async function call(path: string, body: object, headers: Record<string, string> = {}) {
    const answer = await fetch(`http://${endpoint}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  }
  const openTunnel = (input: object) =>
    call('/', input, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'IoTSecuredTunneling.OpenTunnel',
    });
  async function opened(services: readonly string[]): Promise<Tunnel | undefined> {
    const input = services.length === 0 ? {} : { destinationConfig: { services } };
    const { status, body } = await openTunnel(input);
    return status === 200 ? (body as never as Tunnel) : undefined;
  }

  /** The connection that was there before lives, and a new one is served. */
  async function othersGoOn(): Promise<void> {
    bystander.write(Buffer.from('898000000000', 'hex')); // an empty ping
    expect((await bystander.frame()).opcode).toBe(10);
    const tunnel = await opened(['SSH']);
    const client = await connect(tunnel!.sourceAccessToken);
    expect((await client.frame()).opcode).toBe(2);
    client.destroy();
    expect(program.child.exitCode).toBeNull();
  }

  it('ends a connection whose SERVICE_IDS fits no frame, and says so', async () => {
    const tunnel = await opened(TOO_MANY_IDS);
    // A service that refuses such a tunnel has nothing to send.
    if (tunnel !== undefined) {
      const client = await connect(tunnel.sourceAccessToken);
      expect((await client.closeFrame()).code).toBe(1011);
      const told = await program.event('connection-failed');
      expect(told).toMatchObject({ tunnelId: tunnel.tunnelId, side: 'source' });
      await program.seen(/MESSAGE_TOO_LARGE/, 'stderr');
    }
    await othersGoOn();
  });

  it('ends a connection that a handshake script sends ids which fit no frame', async () => {
    const tunnel = (await opened(['SSH']))!;
    const { status } = await call('/admin/handshakes', {
      tunnelId: tunnel.tunnelId,
      serviceIds: TOO_MANY_IDS,
    });
    const client = await connect(tunnel.sourceAccessToken);
    // Refused at the entry, the script does not work; else it ends the connection that it works on.
    if (status < 300) expect((await client.closeFrame()).code).toBe(1011);
    else expect((await client.frame()).opcode).toBe(2);
    await othersGoOn();
  });

  it('ends a connection at which the timer of a fault fails', async () => {
    const tunnel = await opened(TOO_MANY_IDS);
    if (tunnel !== undefined) {
      const { tunnelId } = tunnel;
      await call('/admin/faults', { type: 'no_service_ids', tunnelId });
      await call('/admin/faults', { type: 'resend_service_ids', tunnelId, attributes: { interval: 1 } });
      const client = await connect(tunnel.sourceAccessToken);
      expect((await client.closeFrame()).code).toBe(1011);
    }
    const ids = { serviceIds: TOO_MANY_IDS };
    const refused = await call('/admin/faults', { type: 'resend_service_ids', attributes: ids });
    expect([refused.status, refused.body.error]).toEqual([400, 'FAULT_INVALID']);
    await othersGoOn();
  });

  it('goes on where a STREAM_START is so long that its STREAM_RESET fits no frame', async () => {
    const tunnel = (await opened([]))!;
    const client = await connect(tunnel.sourceAccessToken);
    await client.frame(); // SERVICE_IDS
    // Stream id -1 in five bytes, where protobuf writes ten, leaves room for these many.
    const serviceId = Buffer.alloc(65_523, 'x');
    const start = Buffer.concat([Buffer.from('080210ffffffff0f2af3ff03', 'hex'), serviceId]);
    expect(start.length).toBe(65_535);
    client.binary(Buffer.concat([Buffer.from([0xff, 0xff]), start]));
    // It is read: what comes behind it is answered.
    const after = { type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH' };
    client.binary(Buffer.from(encodeFrame(message(after))));
    const reset = { type: MessageType.STREAM_RESET, streamId: 1, serviceId: 'SSH' };
    const expected = Buffer.from(encodeFrame(message(reset)));
    expect((await client.bytes(expected.length)).bytes.equals(expected)).toBe(true);
    await othersGoOn();
  });
});
