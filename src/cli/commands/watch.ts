import type { Command } from 'commander';
import { adminCommand, type CommonFlags, open } from '../admin/command.js';
import { describeWatched, type Watched } from '../admin/watched.js';
import { stopOnSignal } from '../stop-signal.js';

interface WatchFlags extends CommonFlags {
  readonly tunnel?: string;
  readonly payloads: boolean;
  readonly frames: boolean;
}

/** Prints a live trace of frames and events, with the rules that clients break. */
export function watchCommand(): Command {
  return adminCommand('watch', 'follow frames, events and broken rules of a running service')
    .option('--tunnel <id>', 'only this tunnel; the start of its id is enough')
    .option('--no-payloads', 'show only the lengths of payloads')
    .option('--no-frames', 'show only events')
    .action(async (flags: WatchFlags) => {
      const { client, output } = open(flags, 'live');
      using stopping = stopOnSignal();
      const query = new URLSearchParams({
        frames: flags.frames ? '1' : '0',
        payloads: flags.payloads ? 'kept' : 'omitted',
        ...(flags.tunnel !== undefined && { tunnelId: await client.tunnelId(flags.tunnel) }),
      });
      try {
        const events = await client.follow(`/admin/events?${query}`, stopping.signal);
        output.say('following; Ctrl-C ends it');
        for await (const event of events) {
          output.tell(event as object);
          if (!output.isJson) output.say(describeWatched(event as Watched));
        }
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
      }
    });
}
