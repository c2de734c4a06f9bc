import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { FaultSpec } from 'tunnel-testbed/mock-service';
import type { SshCase } from './case.js';
import { OpenSsh } from './openssh.js';
import { Program, run } from './program.js';

const BYTES = 400_000;
/** The exit status of ssh when its connection ends. */
const CONNECTION_LOST = 255;

interface Disturbance {
  readonly id: string;
  readonly fault: FaultSpec;
}

/** Faults that do not harm a session, but may slow it. */
const SURVIVED: readonly Disturbance[] = [
  { id: 'latency', fault: { type: 'latency', attributes: { latency: 15, jitter: 10 } } },
  { id: 'slicer', fault: { type: 'slicer', attributes: { average_size: 700, size_variation: 600 } } },
  { id: 'merged', fault: { type: 'reframe', attributes: { mode: 'merge' } } },
  { id: 'one-per-message', fault: { type: 'reframe', attributes: { mode: 'one-per-message' } } },
  { id: 'split', fault: { type: 'reframe', attributes: { mode: 'split', maxBytes: 300 } } },
  { id: 'bandwidth', fault: { type: 'bandwidth', attributes: { rate: 1500 } } },
];

/** Faults that end a session. The programs must notice at once, and the next session must work. */
const ENDING: readonly Disturbance[] = [
  { id: 'tcp-reset-at-source', fault: { type: 'reset_peer', side: 'source' } },
  { id: 'tcp-reset-at-destination', fault: { type: 'reset_peer', side: 'destination' } },
  { id: 'stream-reset', fault: { type: 'stream_reset', side: 'source' } },
  { id: 'session-reset', fault: { type: 'session_reset', side: 'source' } },
];

const survives = ({ id, fault }: Disturbance): SshCase => ({
  id: `survives-${id}`,
  title: `${id}: a transfer that changes keys in the middle keeps every byte`,
  programs: ['ssh'],
  async run(path, folder) {
    const mend = path.breaks(fault);
    try {
      const ssh = OpenSsh.withKey(path, folder, ['RekeyLimit=150K']);
      const bytes = randomBytes(BYTES);
      const { code, stdout, stderr } = await run('ssh', ssh.ssh([], 'cat'), { input: bytes });
      assert.equal(code, 0, stderr);
      const sums = [stdout, bytes].map((each) => createHash('sha256').update(each).digest('hex'));
      assert.equal(sums[0], sums[1]);
    } finally {
      mend();
    }
  },
});

const ends = ({ id, fault }: Disturbance): SshCase => ({
  id: `ends-on-${id}`,
  title: `${id}: the session ends, and the next one works`,
  programs: ['ssh'],
  async run(path, folder) {
    const ssh = OpenSsh.withKey(path, folder);
    await using session = new Program('ssh', ssh.ssh([], 'echo begun; cat'));
    await session.prints(/begun/);
    const mend = path.breaks(fault);
    session.stdin.write('more'); // one frame, for faults that work on a frame
    const { code } = await session.finished.finally(mend);
    assert.equal(code, CONNECTION_LOST);
    await path.connected();
    const next = await run('ssh', ssh.ssh([], 'echo works'));
    assert.deepEqual([next.code, next.stdout.toString()], [0, 'works\n'], next.stderr);
  },
});

/** Sessions of OpenSSH while a fault is installed. */
export const FAULT_CASES: readonly SshCase[] = [...SURVIVED.map(survives), ...ENDING.map(ends)];
