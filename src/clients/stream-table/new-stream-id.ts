import { randomInt } from 'node:crypto';

/**
 * Stream ids are below this number. The protocol allows any int32, but AWS's device SDK for C (aws-c-iot) cannot answer a
 * stream whose id takes more than four bytes as a varint.
 */
const STREAM_ID_END = 2 ** 28;

/** A stream id that is unlikely to repeat (S3). */
export function newStreamId(): number {
  return randomInt(1, STREAM_ID_END);
}
