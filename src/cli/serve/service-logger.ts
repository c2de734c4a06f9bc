import pino from 'pino';
import { escapeJson } from '../../protocol/index.js';
import { logLines, RepeatedLines } from '../output/index.js';

const DROPPED = 'lines-dropped';

/** Makes the logger of the service. It writes one JSON object per line to stderr. */
export function createServiceLogger(level: string): pino.Logger {
  const repeated = new RepeatedLines((kind, count) => logger.warn({ event: DROPPED, kind, count }));
  const logger = pino(
    {
      level,
      hooks: {
        logMethod(args, method, at) {
          const kind = kindOf(args[0]);
          // Lines below warnings are never left out: the user has asked for all of them.
          const always = at < pino.levels.values.warn! || kind === DROPPED;
          if (always || repeated.admit(kind)) method.apply(this, args);
        },
      },
    },
    { write: (line: string) => logLines.write(escapeJson(line)) },
  );
  return logger;
}

function kindOf(fields: unknown): string {
  const { event = '', rule = '', status = '' } = (fields ?? {}) as Record<string, unknown>;
  return `${event} ${rule} ${status}`.trim();
}
