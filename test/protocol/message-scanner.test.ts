import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  encodeMessage,
  MessageScanner,
  MessageType,
  message,
} from '../../src/protocol/index.js';
import { decodeWithReference } from '../../src/protocol/reference/index.js';
import { anyMessage } from '../support/arbitraries.js';
import { isKnownDifference } from '../support/reference-quirks.js';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function scanned(body: Uint8Array) {
  const scanner = new MessageScanner();
  const ok = scanner.scan(body, 0, body.length);
  return { ok, scanner };
}

/** Bytes that count how often one of them is read. */
function counting(bytes: Uint8Array) {
  const count = { reads: 0 };
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) count.reads++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { proxy, count };
}

describe('MessageScanner', () => {
  it('finds every field where it lies, at any place in a larger buffer', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat({ max: 9 }), (value, margin) => {
        const body = encodeMessage(value);
        const around = new Uint8Array(body.length + 2 * margin).fill(0xff);
        around.set(body, margin);
        const scanner = new MessageScanner();
        expect(scanner.scan(around, margin, margin + body.length)).toBe(true);
        const { payloadStart, payloadLength, serviceIdStart, serviceIdLength } = scanner;
        expect({
          type: scanner.type,
          streamId: scanner.streamId,
          ignorable: scanner.ignorable,
          connectionId: scanner.connectionId,
          payload: Buffer.from(around.subarray(payloadStart, payloadStart + payloadLength)).toString('hex'),
          serviceId: scanner.serviceId(),
          ids: scanner.availableServiceIdCount,
        }).toEqual({
          type: value.type,
          streamId: value.streamId,
          ignorable: value.ignorable,
          connectionId: value.connectionId,
          payload: Buffer.from(value.payload).toString('hex'),
          serviceId: value.serviceId,
          ids: value.availableServiceIds.length,
        });
        const idBytes = around.subarray(serviceIdStart, serviceIdStart + serviceIdLength);
        expect(Buffer.from(idBytes).toString()).toBe(value.serviceId);
      }),
      { numRuns: 500 },
    );
  });

  it('tells of each available service id, in order', () => {
    const body = encodeMessage(
      message({ type: MessageType.SERVICE_IDS, availableServiceIds: ['SSH', '', '漢'] }),
    );
    const scanner = new MessageScanner();
    const seen: string[] = [];
    scanner.onServiceId = (start, end) => seen.push(Buffer.from(body.subarray(start, end)).toString());
    expect(scanner.scan(body, 0, body.length)).toBe(true);
    expect(seen).toEqual(['SSH', '', '漢']);
  });

  it('keeps nothing of the message before', () => {
    const scanner = new MessageScanner();
    const full = encodeMessage(
      message({ type: 1, streamId: 2, ignorable: true, payload: hex('ff'), serviceId: 'S', connectionId: 3 }),
    );
    scanner.scan(full, 0, full.length);
    scanner.scan(hex('0880'), 0, 2);
    expect(scanner.errorCode).toBe('TRUNCATED_FIELD');
    expect(scanner.scan(full, 0, 0)).toBe(true);
    const { type, streamId, ignorable, payloadLength, serviceIdLength, connectionId } = scanner;
    expect([type, streamId, ignorable, payloadLength, serviceIdLength, connectionId]).toEqual([
      0,
      0,
      false,
      0,
      0,
      0,
    ]);
    expect([scanner.errorCode, scanner.errorOffset, scanner.unknownField]).toEqual([undefined, 0, 0]);
  });

  it('names the first field outside the schema (M6) and skips it', () => {
    const { ok, scanner } = scanned(hex('0801 4001 a20603616263 1005'));
    expect({ ok, field: scanner.unknownField, streamId: scanner.streamId }).toEqual({
      ok: true,
      field: 8,
      streamId: 5,
    });
  });

  it('never throws and agrees with protobufjs on what parses, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        const { ok, scanner } = scanned(body);
        let accepted = true;
        try {
          decodeWithReference(body);
        } catch {
          accepted = false;
        }
        const refusal = { code: scanner.errorCode!, offset: scanner.errorOffset };
        if (!ok && accepted && isKnownDifference(body, refusal)) return;
        expect(ok).toBe(accepted);
        if (ok) return;
        expect(scanner.errorCode).toBeDefined();
        expect(scanner.errorOffset).toBeGreaterThanOrEqual(0);
        expect(scanner.errorOffset).toBeLessThanOrEqual(body.length);
      }),
      { numRuns: 5000 },
    );
  });

  it('does not look at the payload', () => {
    const payload = new Uint8Array(64_512);
    const frame = encodeFrame(
      message({ type: 1, streamId: 2 ** 31 - 1, payload, serviceId: 'SSH', connectionId: 1 }),
    );
    const { proxy, count } = counting(frame);
    expect(new MessageScanner().scan(proxy, 2, frame.length)).toBe(true);
    expect(count.reads).toBeLessThan(40);
  });

  it('reads each byte a bounded number of times, in the worst messages there are', () => {
    const worst: [string, Uint8Array][] = [
      ['unknown fields of one byte', new Uint8Array(65_534).map((_, i) => (i % 2 === 0 ? 0x40 : 1))],
      ['groups in groups', new Uint8Array(65_400).map((_, i) => (i % 200 < 100 ? 0x43 : 0x44))],
      ['one long id, not ASCII at its end', encodeMessage(message({ serviceId: `${'a'.repeat(60_000)}é` }))],
      ['many ids, not ASCII', encodeMessage(message({ availableServiceIds: Array(5000).fill('aé') }))],
      ['a repeated service id, not ASCII', hex('2a0361c3a9'.repeat(9000))],
    ];
    for (const [name, body] of worst) {
      const { proxy, count } = counting(body);
      const ok = new MessageScanner().scan(proxy, 0, body.length);
      expect({ name, ok, linear: count.reads <= 4 * body.length }).toEqual({ name, ok: true, linear: true });
    }
  });
});
