import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../src/mock-service/index.js';
import { echo, startSshTunnel } from '../../support/ssh-session.js';

const SENT = randomBytes(300_000);

type Row = [type: string, attributes: Record<string, unknown>];

/** Installed on a live SSH session. */
const SURVIVED: readonly Row[] = [
  ['latency', { latency: 5, jitter: 4 }],
  ['bandwidth', { rate: 2000 }],
  ['slow_close', { delay: 20 }],
  ['slicer', { average_size: 700, size_variation: 600, delay: 50 }],
  ['reframe', { mode: 'merge' }],
  ['reframe', { mode: 'one-per-message' }],
  ['reframe', { mode: 'split', sizes: [1, 2, 3, 500] }],
  ['stale_stream_id', {}],
  ['unknown_type', { ignorable: true }],
  ['unknown_field', {}],
  ['resend_service_ids', { interval: 1 }],
  ['no_service_ids', {}],
  ['reject_handshake', {}],
  ['ignore_pings', {}],
  ['drop_frame', { types: ['SESSION_RESET'] }],
];

const ENDED: readonly Row[] = [
  ['drop_frame', { skip: 3, limit: 1 }],
  ['duplicate_frame', { skip: 3, limit: 1 }],
  ['reorder_frames', { skip: 2, window: 2, limit: 2 }],
  ['corrupt_payload', { skip: 3, limit: 1 }],
  ['corrupt_length', { skip: 3, limit: 1 }],
  ['truncate_frame', { skip: 3, limit: 1, bytes: 5 }],
  ['stale_stream_id', { skip: 3, limit: 1, mode: 'replace' }],
  ['unknown_type', { skip: 3, limit: 1, ignorable: false }],
  ['session_reset', {}],
  ['stream_reset', { skip: 3 }],
  ['timeout', { timeout: 30 }],
  ['reset_peer', {}],
  ['limit_data', { bytes: 100_000 }],
  ['down', {}],
];

/** The source learns of these only where it is told itself: peers do not hear of each other's end (S15). */
const TO_SOURCE = new Set(['session_reset', 'stream_reset', 'timeout', 'limit_data']);

/** Bytes that never come: SSH waits for them. */
const NEVER_NOTICED = new Set(['drop_frame', 'stale_stream_id', 'truncate_frame', 'corrupt_length']);

describe('a real SSH session under a fault', () => {
  it('is in one of the tables for every kind', () => {
    const held = new Set([...SURVIVED, ...ENDED].map(([type]) => type));
    expect(FAULT_KINDS.map(({ type }) => type).filter((type) => !held.has(type))).toEqual([]);
  });

  it.each(SURVIVED)('survives %s %j, no byte altered', async (type, attributes) => {
    await using ssh = await startSshTunnel();
    const client = await ssh.login();
    ssh.service.faults.add({ name: 'under-test', type, attributes });
    const first = await echo(client, SENT);
    expect(first.back.equals(SENT)).toBe(true);
    ssh.service.faults.remove('under-test');
    const { back } = await echo(client, SENT);
    expect(back.equals(SENT)).toBe(true);
  });

  it.each(ENDED)('ends under %s %j, and takes no wrong byte for a right one', async (type, attributes) => {
    await using ssh = await startSshTunnel();
    const client = await ssh.login();
    const direction = TO_SOURCE.has(type) ? 'to-source' : 'to-destination';
    ssh.service.faults.add({ name: 'under-test', type, direction, attributes });
    const { back, ended } = NEVER_NOTICED.has(type)
      ? await Promise.race([echo(client, SENT), hangsUp(client)])
      : await echo(client, SENT);
    expect(ended).toBe(true);
    expect(back.equals(SENT.subarray(0, back.length))).toBe(true);
    // The tunnel itself goes on: what was broken was one connection.
    ssh.service.faults.clear();
    if (type === 'truncate_frame' || type === 'corrupt_length') return; // the byte stream stays out of step
    await ssh.service.connected(ssh.tunnel.id, 'destination');
    await ssh.service.connected(ssh.tunnel.id, 'source');
    const again = await loginAtLast(ssh);
    expect((await echo(again, SENT)).back.equals(SENT)).toBe(true);
  });

  it('starts where handshakes fail at first', async () => {
    await using ssh = await startSshTunnel({}, (service) => {
      service.faults.add({ type: 'reject_handshake', attributes: { status: 503, times: 2 } });
    });
    expect((await echo(await ssh.login(), SENT)).back.equals(SENT)).toBe(true);
  });
});

/** While the proxies come back, and until both have read SERVICE_IDS, they turn a login away; each try is one of those. */
async function loginAtLast(ssh: Awaited<ReturnType<typeof startSshTunnel>>) {
  for (let tries = 1; ; tries++) {
    try {
      return await ssh.login();
    } catch (error) {
      if (tries === 50) throw error;
    }
  }
}

/** SSH that waits for bytes that never come is ended by the client's keep-alive, as any is. */
function hangsUp(client: Awaited<ReturnType<Awaited<ReturnType<typeof startSshTunnel>>['login']>>) {
  return new Promise<{ back: Buffer; ended: boolean }>((resolve) => {
    const timer = setTimeout(() => {
      client.destroy();
      resolve({ back: Buffer.alloc(0), ended: true });
    }, 1500);
    client.once('close', () => clearTimeout(timer));
  });
}
