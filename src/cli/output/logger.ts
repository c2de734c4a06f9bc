import type { Logger } from '../clients/index.js';

/** Verbosity as the reference local proxy counts it: 0 off, 1 fatal … 6 trace. */
const LEVELS = { error: 2, warn: 3, info: 4, debug: 5, trace: 6 } as const;

/** Logs for people, on stderr: time, level, message, then the fields. */
export function createLogger(verbosity: number): Logger {
  const write = (level: keyof typeof LEVELS) => (fields: object, message: string) => {
    if (LEVELS[level] > verbosity) return;
    const details = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    process.stderr.write(`[${new Date().toISOString()}] [${level}] ${message}${details.join('')}\n`);
  };
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
