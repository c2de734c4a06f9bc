import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../src/protocol/index.js';

/** The golden vectors as docs/vectors.md describes them. */
export const VECTORS_DIR = fileURLToPath(new URL('../../vectors/', import.meta.url));

export interface BytesRef {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
  readonly hex?: string;
}

export interface DescribedMessage extends Omit<Message, 'payload'> {
  readonly payload: { readonly length: number; readonly sha256: string; readonly hex?: string };
}

export interface ValidVector {
  readonly name: string;
  readonly formats: readonly string[];
  readonly canonical: boolean;
  readonly message: DescribedMessage;
  readonly frame: BytesRef;
  readonly breaks?: string;
}

export interface ChunkingVector {
  readonly name: string;
  readonly stream: BytesRef;
  /** Lengths of the frames, prefix included. */
  readonly frames: readonly number[];
  readonly chunks: readonly number[];
}

export interface MalformedVector {
  readonly name: string;
  readonly judge: string;
  readonly reason: string;
  readonly bytes: BytesRef;
  readonly pendingBytes?: number;
  readonly decision?: string;
  readonly error?: { readonly code: string; readonly offset: number };
  readonly from?: 'source' | 'destination';
  readonly before?: readonly { readonly from: 'source' | 'destination'; readonly frame: string }[];
}

interface VectorFile<T> {
  readonly version: number;
  readonly services?: readonly string[];
  readonly vectors: readonly T[];
}

function load<T>(name: string): VectorFile<T> {
  return JSON.parse(readFileSync(`${VECTORS_DIR}${name}`, 'utf8')) as VectorFile<T>;
}

export const valid = load<ValidVector>('valid.json').vectors;
export const chunkings = load<ChunkingVector>('chunkings.json').vectors;
export const malformedFile = load<MalformedVector>('malformed.json');
const binary = new Uint8Array(readFileSync(`${VECTORS_DIR}frames.bin`));

/** A vector's bytes from the binary file. */
export function bytesOf({ offset, length }: BytesRef): Uint8Array {
  return binary.subarray(offset, offset + length);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A message in the words of the vectors. */
export function describeMessage(value: Message, withHex: boolean): DescribedMessage {
  const { payload } = value;
  const hex = withHex ? { hex: Buffer.from(payload).toString('hex') } : {};
  return {
    ...value,
    availableServiceIds: [...value.availableServiceIds],
    payload: { length: payload.length, sha256: sha256(payload), ...hex },
  };
}
