import type { MessageFields } from '../../mock-service/index.js';
import { describeEntry } from '../../recordings/index.js';

/** An entry of the event stream: an event, or a frame as a capture describes it. */
export type Watched = { readonly event: string; readonly at: number; readonly tunnelId?: string } & Readonly<
  Record<string, unknown>
>;

const SHORT_ID = 8;

/** One line of the trace: time, tunnel, and what happened. A broken rule is marked with `!!` and its id. */
export function describeWatched({ event, at, tunnelId, ...fields }: Watched): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return `${time} ${(tunnelId ?? '-').slice(0, SHORT_ID).padEnd(SHORT_ID)} ${describe(event, at, fields)}`;
}

function describe(event: string, at: number, fields: Readonly<Record<string, unknown>>): string {
  if (event === 'rule-broken') {
    const { side, rule, force, what, action } = fields;
    return `${side} !! ${rule} (${force}): ${what}; ${action}`;
  }
  if (event !== 'frame') return describeEntry({ kind: 'event', line: 0, at, event, fields });
  return describeEntry({
    kind: 'frame',
    line: 0,
    at,
    frame: 0,
    tunnelId: '',
    bytes: undefined,
    ...(fields as {
      side: 'source' | 'destination';
      direction: 'received' | 'sent';
      message?: MessageFields;
    }),
  });
}
