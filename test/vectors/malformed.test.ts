import { describe, expect, it } from 'vitest';
import { EventHub } from '../../src/mock-service/kit/events.js';
import { Allowance } from '../../src/mock-service/rules/allowance.js';
import type { BrokenRule } from '../../src/mock-service/rules/broken-rule.js';
import { judgeFrame } from '../../src/mock-service/rules/judge-frame.js';
import { StreamLedger } from '../../src/mock-service/rules/stream-ledger.js';
import { decodeMessage, FrameReader, MessageScanner, type Side } from '../../src/protocol/index.js';
import { decodeWithReference } from '../../src/protocol/reference/index.js';
import { bytesOf, type MalformedVector, malformedFile, sha256, valid } from '../support/vectors.js';

const malformed = malformedFile.vectors;
const ofJudge = (wanted: (judge: string) => boolean) => malformed.filter(({ judge }) => wanted(judge));

/** A tunnel's judge, as the service has one: give it a side and a frame, and it says what rule is broken. */
function newJudge(services = malformedFile.services ?? []) {
  const now = () => 0;
  const events = new EventHub(now);
  const ledger = new StreamLedger({
    tunnelId: 't',
    services: () => services,
    events,
    now,
    remembered: new Allowance(1_000_000),
  });
  const scanner = new MessageScanner();
  return (from: Side, frame: Uint8Array): BrokenRule | undefined => {
    scanner.scan(frame, 2, frame.length);
    return judgeFrame(ledger, from, scanner, frame);
  };
}

function judgeLast({ before = [], from, bytes }: MalformedVector): BrokenRule | undefined {
  const judge = newJudge();
  for (const earlier of before) {
    expect(judge(earlier.from, new Uint8Array(Buffer.from(earlier.frame, 'hex')))).toBeUndefined();
  }
  return judge(from ?? 'source', bytesOf(bytes));
}

it.each(malformed)('$name: its bytes are in the binary file', ({ bytes }) => {
  expect(sha256(bytesOf(bytes))).toBe(bytes.sha256);
});

describe('the frame reader refuses', () => {
  it.each(ofJudge((judge) => judge === 'frame-reader'))('$name', ({ bytes, pendingBytes }) => {
    const reader = new FrameReader(() => {});
    reader.push(bytesOf(bytes));
    expect(reader.pendingBytes).toBe(pendingBytes);
    expect(pendingBytes).toBeGreaterThan(0);
  });
});

describe('protobuf refuses, and so the service by M11', () => {
  it.each(ofJudge((judge) => judge === 'protobuf'))('$name', (vector) => {
    const frame = bytesOf(vector.bytes);
    // The decisions say what protobufjs takes.
    if (['D34', 'D35'].includes(vector.decision ?? ''))
      expect(decodeWithReference(frame.subarray(2)).type).toBe(1);
    else expect(() => decodeWithReference(frame.subarray(2))).toThrow();
    expect(() => decodeMessage(frame, 2)).toThrow(expect.objectContaining(vector.error!));
    expect(judgeLast(vector)).toMatchObject({ rule: 'M11', force: 'MUST' });
  });
});

describe('protobuf accepts, a rule refuses', () => {
  it.each(ofJudge((judge) => judge.startsWith('M')))('$judge: $name', (vector) => {
    const frame = bytesOf(vector.bytes);
    expect(decodeMessage(frame, 2)).toMatchObject({ type: decodeWithReference(frame.subarray(2)).type });
    expect(judgeLast(vector)).toMatchObject({ rule: vector.judge, force: 'MUST' });
  });

  it('has a vector for each rule on what a client sends', () => {
    const rules = new Set(malformed.map(({ judge }) => judge));
    for (const rule of ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10', 'M13']) {
      expect(rules).toContain(rule);
    }
  });
});

describe('valid vectors with unknown fields', () => {
  const marked = valid.filter(({ breaks }) => breaks !== undefined);
  it.each(marked)('$name breaks $breaks when a client sends it', ({ frame, breaks }) => {
    expect(newJudge()('source', bytesOf(frame))).toMatchObject({ rule: breaks, force: 'MUST' });
  });

  it('and no other does', () => {
    const others = valid.filter(({ breaks }) => breaks === undefined);
    for (const { name, frame } of others) {
      expect({ name, rule: newJudge([])('source', bytesOf(frame))?.rule }).not.toMatchObject({ rule: 'M6' });
    }
  });
});
