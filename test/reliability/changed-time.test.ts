import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { RawClient } from '../support/raw-websocket.js';
import { within } from '../support/within.js';

/* The machine's date is set, or the machine was suspended, while the service runs. */

const TIME_MACHINE = fileURLToPath(new URL('support/time-machine.mjs', import.meta.url));
/** Bytes per second of a tunnel. */
const RATE = 2000;

interface Tunnel {
  readonly tunnelId: string;
  readonly sourceAccessToken: string;
  readonly destinationAccessToken: string;
}

let folder: ReturnType<typeof temporaryFolder>;
let program: RunningProgram;
let port: number;
let tunnel: Tunnel;

beforeEach(async () => {
  folder = temporaryFolder();
  const args = ['serve', '--port', '0', '--open', 'SSH', '--state-dir', folder.path, '--json'];
  const env = { NODE_OPTIONS: `--import=${TIME_MACHINE}` };
  program = startCli([...args, '--bandwidth', String(RATE), '--log-level', 'error'], { env });
  const ready = (await program.event('ready')) as never as { endpoint: string; tunnels: Tunnel[] };
  port = Number(ready.endpoint.split(':').at(-1));
  tunnel = ready.tunnels[0]!;
});
afterEach(async () => {
  await program[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function change(signal: 'SIGUSR2' | 'SIGWINCH' | 'SIGXFSZ'): Promise<void> {
  program.child.kill(signal);
  await program.seen(new RegExp(`time changed by ${signal}`), 'stderr');
}

const JUMPS: ['SIGUSR2' | 'SIGWINCH', string][] = [
  ['SIGUSR2', '13 hours forward'],
  ['SIGWINCH', 'an hour back'],
];

it.each(JUMPS)('a date that is set (%s: %s) keeps no refused client longer', async (signal) => {
  await change(signal);
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined).resume();
  // It reads the refusal and never hangs up: after two seconds the service does.
  client.write('GET /tunnel?local-proxy-mode=source HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n');
  client.write('Connection: Upgrade\r\n\r\n');
  await within(once(client, 'end'), 'the refusal');
  const gone = new Promise<void>((resolve) => {
    client.on('close', () => resolve());
    // What is written to a connection that is gone is answered with a reset.
    const prod = setInterval(() => (client.destroyed ? clearInterval(prod) : client.write('x')), 100);
  });
  await within(gone, 'the end of the connection', 20_000);
});

it.each(JUMPS)('a date that is set (%s: %s) stalls no limited tunnel', async (signal) => {
  const subprotocol = 'aws.iot.securetunneling-3.0';
  const source = await RawClient.open(port, { side: 'source', token: tunnel.sourceAccessToken, subprotocol });
  const to = { side: 'destination', token: tunnel.destinationAccessToken, subprotocol } as const;
  const destination = await RawClient.open(port, to);
  await source.frame();
  await destination.frame();
  const ids = { streamId: 1, serviceId: 'SSH', connectionId: 1 };
  const start = Buffer.from(encodeFrame(message({ type: MessageType.STREAM_START, ...ids })));
  source.binary(start);
  await destination.bytes(start.length);
  await change(signal);
  const data = { type: MessageType.DATA, ...ids, payload: new Uint8Array(RATE) };
  const frame = Buffer.from(encodeFrame(message(data)));
  // A second's worth each time: the sender is slowed behind one, and its next one comes all the same.
  for (let i = 0; i < 4; i++) {
    source.binary(frame);
    await destination.bytes(frame.length);
  }
  source.destroy();
  destination.destroy();
});

it('a machine that was suspended finds its tunnels at the end of their lives', async () => {
  await change('SIGXFSZ');
  expect(await program.event('tunnel-closed')).toMatchObject({ tunnelId: tunnel.tunnelId, cause: 'expired' });
});

it('a date that is set ends no tunnel before its time', async () => {
  await change('SIGUSR2');
  const described = await fetch(`http://127.0.0.1:${port}/admin/tunnels/${tunnel.tunnelId}`);
  expect(await described.json()).toMatchObject({ status: 'OPEN' });
  expect(program.stdout).not.toContain('tunnel-closed');
});
