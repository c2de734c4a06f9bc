import { openSync } from 'node:fs';
import type { Message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import { isStart } from './vocabulary.js';

/** Clients whose fault only their process shows. */
export const PROCESSES: readonly Mutant[] = [
  {
    id: 'ignores-sigterm',
    breaks: 'does not end when asked',
    rules: ['S17'],
    process: { ignoresSigterm: true },
    hooks: () => ({}),
  },
  {
    id: 'dies-of-sigterm',
    breaks: 'crashes when it is asked to end',
    rules: ['S17'],
    process: { crashesOnSigterm: true },
    hooks: () => ({}),
  },
  {
    id: 'stays-after-close',
    breaks: 'stays when the tunnel was closed',
    rules: ['S16'],
    process: { staysWhenClosed: true },
    hooks: () => ({}),
  },
  {
    id: 'fails-after-close',
    breaks: 'ends with status 1 when the tunnel was closed',
    rules: ['S16'],
    process: { statusWhenClosed: 1 },
    hooks: () => ({}),
  },
  {
    id: 'leaks-descriptors',
    breaks: 'leaves a descriptor open for each stream',
    rules: ['S17'],
    process: {},
    hooks: () => {
      const leak = (value: Message) => {
        if (isStart(value)) openSync('/dev/null', 'r');
        return value;
      };
      return { up: { message: leak }, down: { message: leak } };
    },
  },
];
