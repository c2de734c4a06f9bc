import { AdvanceableClock, type ServiceOptions } from '../../../src/mock-service/index.js';
import { encodeFrame, FrameReader, type Message, message } from '../../../src/protocol/index.js';
import { startForRaw } from '../../support/raw-pair.js';
import type { RawClient } from '../../support/raw-websocket.js';

/** A service whose clock stands still unless a test moves it. */
export async function startFrozen(options: ServiceOptions = {}) {
  const clock = new AdvanceableClock({ frozen: true, startAt: 1_700_000_000_000 });
  const raw = await startForRaw({ seed: 'faults', clock, ...options });
  return { ...raw, clock, faults: raw.service.faults };
}

export const START: Partial<Message> = { type: 2, streamId: 7, serviceId: 'SSH', connectionId: 1 };
export const DATA: Partial<Message> = { type: 1, streamId: 7, serviceId: 'SSH', connectionId: 1 };

export function frame(fields: Partial<Message>): Buffer {
  return Buffer.from(encodeFrame(message(fields)));
}

/** DATA frames that can be told apart. */
export function data(text: string): Buffer {
  return frame({ ...DATA, payload: Buffer.from(text) });
}

/** Sends each frame in a message of its own. */
export function send(client: RawClient, ...frames: Buffer[]): void {
  for (const bytes of frames) client.binary(bytes);
}

/** What a side receives up to and with the frame given, message ends forgotten. */
export async function until(client: RawClient, last: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const { opcode, payload } = await client.frame();
    if (opcode !== 2) throw new Error(`Opcode ${opcode} (${payload.toString('latin1')}) instead of data`);
    parts.push(payload);
    const all = Buffer.concat(parts);
    if (all.includes(last)) return all;
  }
}

/** Cuts bytes into frames. */
export function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  const reader = new FrameReader((source, start, end) => {
    frames.push(Buffer.from(source.subarray(start - 2, end)));
  });
  reader.push(bytes);
  return frames;
}
