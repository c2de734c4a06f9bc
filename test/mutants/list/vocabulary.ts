import { type Message, MessageType } from '../../../src/protocol/index.js';
import type { ClientFrame } from '../../../src/scenario-runner/wire/client-frames.js';
import type { Hooks, Passed } from '../mutant.js';

export const {
  DATA,
  STREAM_START,
  STREAM_RESET,
  SESSION_RESET,
  SERVICE_IDS,
  CONNECTION_START,
  CONNECTION_RESET,
} = MessageType;

export type Edit = (message: Message, raw: Uint8Array) => Passed;
export type EditFrame = (frame: ClientFrame) => readonly ClientFrame[];

/** Something done to each message that the client receives. */
export const down = (message: Edit): Hooks => ({ down: { message } });
/** Something done to each message that the client sends. */
export const up = (message: Edit): Hooks => ({ up: { message } });
export const downFrames = (frame: EditFrame): Hooks => ({ down: { frame } });
export const upFrames = (frame: EditFrame): Hooks => ({ up: { frame } });

/** Whether a message is about the end of something. */
export const isReset = ({ type }: Message): boolean => type === STREAM_RESET || type === CONNECTION_RESET;
/** Whether a message begins something. */
export const isStart = ({ type }: Message): boolean => type === STREAM_START || type === CONNECTION_START;
/** Messages of the schema. */
export const isKnown = ({ type }: Message): boolean => type >= DATA && type <= CONNECTION_RESET;

/** A frame that announces `body` rightly. */
export function framed(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}
