import type { Logger } from '../../clients/index.js';
import { printable } from '../../protocol/index.js';
import { kindOf, RepeatedLines } from './repeated-lines.js';
import { logLines } from './standard-streams.js';

/** Verbosity numbers of the reference local proxy: 0 off, 1 fatal … 6 trace. */
const LEVELS = { error: 2, warn: 3, info: 4, debug: 5, trace: 6 } as const;
const INFO = LEVELS.info;
const LONGEST_MESSAGE = 500;

/** Makes a logger for people that writes to stderr: time, level, message, then the fields. */
export function createLogger(verbosity: number): Logger {
  const put = (level: keyof typeof LEVELS, text: string): void =>
    logLines.write(`[${new Date().toISOString()}] [${level}] ${text}\n`);
  const repeated = new RepeatedLines((kind, count) =>
    put('warn', `${count} more lines like '${printable(kind)}'`),
  );
  const write = (level: keyof typeof LEVELS) => (fields: object, message: string) => {
    if (LEVELS[level] > verbosity) return;
    // Debug and trace lines are never left out: the user has asked for all of them.
    if (LEVELS[level] <= INFO && !repeated.admit(kindOf(message))) return;
    const details = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) => ` ${name}=${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
      );
    put(level, `${printable(message, LONGEST_MESSAGE)}${details.join('')}`);
  };
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
