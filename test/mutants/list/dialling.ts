import type { Message } from '../../../src/protocol/index.js';
import { Opcode } from '../../../src/scenario-runner/wire/server-frames.js';
import type { Hooks, Mutant } from '../mutant.js';
import {
  CONNECTION_RESET,
  CONNECTION_START,
  DATA,
  SESSION_RESET,
  STREAM_RESET,
  STREAM_START,
} from './vocabulary.js';

const DESTINATION = ['destination'] as const;

/** Streams that were started and have carried nothing since, as far as the wire tells: those that may still be dialled. */
class Quiet {
  readonly #starts = new Set<string>();

  sees(value: Message): void {
    const key = `${value.serviceId} ${value.streamId}`;
    if (value.type === STREAM_START) this.#starts.add(key);
    else if (value.type === SESSION_RESET) this.#starts.clear();
    else this.#starts.delete(key);
  }

  get isAny(): boolean {
    return this.#starts.size > 0;
  }

  has({ serviceId, streamId }: Message): boolean {
    return this.#starts.has(`${serviceId} ${streamId}`);
  }
}

/** Those of a mutant that is a process of its own. */
const ofProcess = new Quiet();

function watched(): Hooks {
  const message = (value: Message) => {
    ofProcess.sees(value);
    return value;
  };
  return { up: { message }, down: { message } };
}

/** Clients that forget everything else while they dial. */
export const DIALLING: readonly Mutant[] = [
  {
    id: 'close-waits-for-dial',
    breaks: 'does not answer a close frame while it dials',
    rules: ['W6', 'S13', 'S4'],
    roles: DESTINATION,
    hooks: () => {
      const quiet = new Quiet();
      const message = (value: Message) => {
        quiet.sees(value);
        return value;
      };
      return {
        up: { message },
        down: {
          message,
          frame: (frame) => (frame.opcode === Opcode.CLOSE && quiet.isAny ? [] : [frame]),
        },
      };
    },
  },
  {
    id: 'pings-wait-for-dial',
    breaks: 'answers no pings while it dials',
    rules: ['S8', 'W3', 'S4'],
    roles: DESTINATION,
    hooks: () => {
      const quiet = new Quiet();
      const message = (value: Message) => {
        quiet.sees(value);
        return value;
      };
      return {
        up: { message },
        down: { message, frame: (frame) => (frame.opcode === Opcode.PING && quiet.isAny ? [] : [frame]) },
      };
    },
  },
  {
    id: 'loss-unseen-while-dialling',
    breaks: 'does not see that its WebSocket is gone while it dials',
    rules: ['S13', 'S4'],
    roles: DESTINATION,
    hooks: () => {
      const quiet = new Quiet();
      const message = (value: Message) => {
        quiet.sees(value);
        return value;
      };
      return { up: { message }, down: { message }, lost: () => quiet.isAny };
    },
  },
  {
    id: 'stream-reset-while-dialling-kills',
    breaks: 'hangs over STREAM_RESET for a stream that it still dials',
    rules: ['S8', 'S4'],
    roles: DESTINATION,
    hooks: (wire) => {
      const quiet = new Quiet();
      const up = (value: Message) => {
        quiet.sees(value);
        return value;
      };
      return {
        up: { message: up },
        down: {
          message: (value) => {
            if (value.type === STREAM_RESET && quiet.has(value)) return wire.hang();
            quiet.sees(value);
            return value;
          },
        },
      };
    },
  },
  {
    id: 'session-reset-while-dialling-kills',
    breaks: 'hangs over SESSION_RESET while it dials',
    rules: ['S12', 'S4'],
    roles: DESTINATION,
    hooks: (wire) => {
      const quiet = new Quiet();
      const up = (value: Message) => {
        quiet.sees(value);
        return value;
      };
      return {
        up: { message: up },
        down: {
          message: (value) => {
            if (value.type === SESSION_RESET && quiet.isAny) return wire.hang();
            quiet.sees(value);
            return value;
          },
        },
      };
    },
  },
  {
    id: 'second-start-while-dialling-kills',
    breaks: 'hangs over STREAM_START while it dials for the same service',
    rules: ['S5', 'S4'],
    roles: DESTINATION,
    hooks: (wire) => {
      const dialled = new Map<string, number>();
      return {
        up: {
          message: (value) => {
            dialled.delete(value.serviceId);
            return value;
          },
        },
        down: {
          message: (value) => {
            if (value.type !== STREAM_START) {
              dialled.delete(value.serviceId);
              return value;
            }
            if ((dialled.get(value.serviceId) ?? value.streamId) !== value.streamId) return wire.hang();
            dialled.set(value.serviceId, value.streamId);
            return value;
          },
        },
      };
    },
  },
  {
    id: 'refused-with-stream-asks-again',
    breaks: 'asks again and again where it is refused, if it had a stream when it lost its WebSocket',
    rules: ['H11', 'S13'],
    roles: DESTINATION,
    hooks: (wire) => {
      const hadStream = wire.memory.streams.size > 0;
      return { down: { message: (value) => value }, refused: () => (hadStream ? 50 : undefined) };
    },
  },
  {
    id: 'dial-blocks-other-services',
    breaks: 'serves no other service while it dials for one',
    rules: ['S14', 'S4'],
    roles: DESTINATION,
    versions: ['V3', 'V2'],
    hooks: () => {
      const quiet = new Quiet();
      let busy = '';
      const seen = (value: Message) => {
        quiet.sees(value);
        if (value.type === STREAM_START) busy = value.serviceId;
      };
      return {
        up: {
          message: (value) => {
            seen(value);
            return value;
          },
        },
        down: {
          message: (value) => {
            const isOther = value.type === DATA && value.serviceId !== busy;
            if (isOther && quiet.isAny) return null;
            seen(value);
            return value;
          },
        },
      };
    },
  },
  {
    id: 'dial-blocks-connections',
    breaks: 'carries nothing on a stream while it dials a further connection',
    rules: ['S9', 'S10'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => {
      let dialled = 0;
      return {
        up: {
          message: (value) => {
            if (value.connectionId === dialled) dialled = 0;
            return value;
          },
        },
        down: {
          message: (value) => {
            if (value.type === CONNECTION_START) dialled = value.connectionId;
            else if (value.connectionId === dialled || value.type === STREAM_RESET) dialled = 0;
            return value.type === DATA && dialled !== 0 ? null : value;
          },
        },
      };
    },
  },
  {
    id: 'reset-of-dialled-connection-ends-stream',
    breaks: 'takes CONNECTION_RESET for a connection that it still dials for the end of the stream',
    rules: ['S9', 'S10'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => {
      const dialled = new Set<number>();
      return {
        up: {
          message: (value) => {
            dialled.delete(value.connectionId);
            return value;
          },
        },
        down: {
          message: (value) => {
            if (value.type === CONNECTION_START) dialled.add(value.connectionId);
            else if (value.type === DATA) dialled.delete(value.connectionId);
            const isDialled = value.type === CONNECTION_RESET && dialled.delete(value.connectionId);
            return isDialled ? { ...value, type: STREAM_RESET, connectionId: 0 } : value;
          },
        },
      };
    },
  },
  {
    id: 'dies-of-reset-after-refusal',
    breaks: 'crashes over the end of a stream whose dial was refused',
    rules: ['S4', 'S8', 'S12'],
    roles: DESTINATION,
    hooks: (wire) => {
      const refused = new Set<number>();
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_RESET) refused.add(value.streamId);
            return value;
          },
        },
        down: {
          message: (value) => {
            const isOver = value.type === STREAM_RESET && refused.has(value.streamId);
            return isOver ? wire.crash() : value;
          },
        },
      };
    },
  },
  {
    id: 'stays-while-dialling',
    breaks: 'stays when the tunnel was closed while it dialled',
    rules: ['S16'],
    roles: DESTINATION,
    process: { staysWhenClosed: () => ofProcess.isAny },
    hooks: watched,
  },
  {
    id: 'sigterm-waits-for-dial',
    breaks: 'does not end on SIGTERM while it dials',
    rules: ['S17'],
    roles: DESTINATION,
    process: { ignoresSigterm: () => ofProcess.isAny },
    hooks: watched,
  },
];
