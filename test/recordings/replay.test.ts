import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { StartedCapture } from '../../src/mock-service/index.js';
import { FrameReader, type Side } from '../../src/protocol/index.js';
import {
  type Capture,
  type CapturedFrame,
  connectToLiveService,
  listenForLiveClient,
  pickConversation,
  type ReplayOptions,
  readCapture,
  replay,
} from '../../src/recordings/index.js';
import { startFrozen } from '../mock-service/faults/harness.js';
import { echo, startSshTunnel } from '../support/ssh-session.js';
import { within } from '../support/within.js';

const stateDir = mkdtempSync(join(tmpdir(), 'testbed-replay-'));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

const FASTEST: ReplayOptions = {
  play: 'side',
  pace: 'fastest',
  timeoutMs: 5000,
  payloadsOmitted: false,
};

/** An SSH login and an echo, recorded. */
async function recordSsh(): Promise<string> {
  let capture: StartedCapture | undefined;
  await using ssh = await startSshTunnel({}, async (service) => {
    capture = await service.captures.start();
  });
  const client = await ssh.login();
  const sent = randomBytes(100_000);
  expect((await echo(client, sent)).back.equals(sent)).toBe(true);
  client.end();
  await capture!.stop();
  return capture!.text!;
}

const wireOf = (capture: Capture, side: Side, direction: string): Buffer =>
  Buffer.concat(
    capture.entries
      .filter((entry): entry is CapturedFrame => entry.kind === 'frame')
      .filter((entry) => entry.side === side && entry.direction === direction)
      .map(({ bytes }) => bytes!),
  );

describe('replaying a capture of a real SSH session', () => {
  it('to a service, as both sides at once: the same frames come out, byte for byte', async () => {
    const recorded = readCapture(await recordSsh());
    const raw = await startFrozen();
    try {
      const again = await raw.service.captures.start();
      const { sourceAccessToken, destinationAccessToken } = raw.service.openTunnel({ services: ['SSH'] });
      const url = `ws://127.0.0.1:${raw.service.port}`;
      const play = async (side: Side, accessToken: string) => {
        const peer = await connectToLiveService({ url, side, accessToken });
        return { peer, conversation: pickConversation(recorded, { side }) };
      };
      const source = await play('source', sourceAccessToken);
      const destination = await play('destination', destinationAccessToken);
      const reports = await within(
        Promise.all([
          replay(source.conversation, source.peer, FASTEST),
          replay(destination.conversation, destination.peer, FASTEST),
        ]),
        'both replays',
      );
      await source.peer[Symbol.asyncDispose]();
      await destination.peer[Symbol.asyncDispose]();
      await again.stop();
      for (const report of reports) expect(report).toMatchObject({ departures: [], finished: true });
      const replayed = readCapture(again.text!);
      for (const side of ['source', 'destination'] as const) {
        expect(wireOf(replayed, side, 'received').equals(wireOf(recorded, side, 'received'))).toBe(true);
      }
    } finally {
      await raw.stop();
    }
  });

  it('in the role of the service: the recorded client meets exactly what it met', async () => {
    const recorded = readCapture(await recordSsh());
    const conversation = pickConversation(recorded, { side: 'destination' });
    await using listener = await listenForLiveClient({ host: '127.0.0.1', port: 0, stateDir });
    const client = new WebSocket(`ws://${listener.endpoint}/tunnel?local-proxy-mode=destination`, 'any');
    // A client that answers as recorded, whenever it has got as much as it had then.
    const frames = conversation.frames;
    let at = 0;
    const answer = (): void => {
      for (; frames[at]?.direction === 'received'; at++) client.send(frames[at]!.bytes!);
    };
    const reader = new FrameReader((bytes, start, end) => {
      expect(Buffer.from(bytes.subarray(start - 2, end)).equals(frames[at]!.bytes!)).toBe(true);
      at++;
      answer();
    });
    client.on('message', (data: Buffer) => reader.push(data));
    const peer = await within(listener.client, 'the client');
    const report = await within(replay(conversation, peer, { ...FASTEST, play: 'service' }), 'the replay');
    expect(report).toMatchObject({ departures: [], finished: true });
    expect(report.sent + report.matched).toBe(frames.length);
    client.terminate();
  });
});

describe('where a live peer departs', () => {
  const line = (frame: number, direction: string, message: object, at = frame) =>
    JSON.stringify({ at, frame, tunnelId: 't', side: 'source', direction, message });
  const file = (...lines: string[]) =>
    readCapture(
      [
        '{"format":"tunnel-testbed-capture","version":1,"startedAt":"2026-01-01T00:00:00Z","service":"s","payloads":"kept"}',
        ...lines,
        '{"at":9,"end":true,"frames":9}',
        '',
      ].join('\n'),
    );
  const START = { type: 'STREAM_START', streamId: 5, serviceId: 'SSH', connectionId: 1 };
  const DATA = { type: 'DATA', streamId: 5, serviceId: 'SSH', connectionId: 1 };

  /** Plays the service to a peer that sends what it is told, in its own pieces. */
  async function against(capture: Capture, ...answers: string[]) {
    const sent: string[] = [];
    let onEnd = (): void => {};
    const replayed = replay(
      pickConversation(capture, { side: 'source' }),
      {
        send: (bytes) => void sent.push(Buffer.from(bytes).toString('hex')),
        listen: (onBytes, ended) => {
          onEnd = ended;
          for (const hex of answers) onBytes(Buffer.from(hex, 'hex'));
          onEnd();
        },
      },
      { ...FASTEST, play: 'service' },
    );
    return { sent, report: await within(replayed, 'the replay') };
  }

  it('lets the peer draw its own ids, and uses them', async () => {
    const capture = file(
      line(1, 'received', START),
      line(2, 'received', { ...DATA, text: 'hello' }),
      line(3, 'sent', { type: 'STREAM_RESET', streamId: 5, serviceId: 'SSH' }),
    );
    // Stream 9, connection 4; DATA in two messages.
    const { sent, report } = await against(
      capture,
      '000b080210092a035353483804',
      '0011080110092204' + '68656c6c' + '2a035353483804',
      '000e0801100922016f2a035353483804',
    );
    expect(report).toEqual({ sent: 1, matched: 2, departures: [], finished: true });
    expect(sent).toEqual(['0009080310092a03535348']);
  });

  it('says the line, what was recorded and what came', async () => {
    const capture = file(line(1, 'received', START), line(2, 'received', { ...DATA, text: 'hello' }));
    const { report } = await against(
      capture,
      '000b080210052a035353483801',
      '0012080110052205' + '68656c6c70' + '2a035353483801',
    );
    expect(report.departures).toEqual([
      {
        line: 3,
        expected: 'DATA stream 5 SSH connection 1, 5 bytes "hello"',
        got: 'DATA stream 5 SSH connection 1, 5 bytes "hellp"',
      },
    ]);
  });

  it('gives up where nothing comes, and tells of what comes beyond the end', async () => {
    const silent = await against(file(line(1, 'received', START)));
    expect(silent.report).toMatchObject({
      finished: false,
      departures: [{ line: 2, got: 'nothing in time' }],
    });
    const talkative = await against(file(line(1, 'sent', START)), '00020804');
    expect(talkative.report.departures).toEqual([
      { line: 0, expected: 'nothing more', got: 'SESSION_RESET' },
    ]);
  });

  it('refuses a side that the capture does not have', () => {
    const capture = file(line(1, 'sent', START));
    expect(() => pickConversation(capture, { side: 'destination' })).toThrow(/no frame.*destination/);
    expect(() => pickConversation(capture, { side: 'source', connection: 2 })).toThrow(/connection 2/);
    expect(() => pickConversation(capture, { side: 'source', tunnelId: 'x' })).toThrow(/tunnel x/);
  });
});
