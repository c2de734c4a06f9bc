import { Command } from 'commander';
import { isCaptureFile } from '../captures.js';
import { listCapture } from '../decode/capture-listing.js';
import { readInput } from '../decode/input.js';
import { decodeFrames, describe, HEADING, toRecord } from '../decode/listing.js';
import { Output } from '../output/index.js';

const EXAMPLES = `
Examples:
  tunnel-testbed decode 000b080210012a035353483801
  tunnel-testbed decode frames.bin
  xxd -p frames.bin | tunnel-testbed decode --json`;

/** Lists the frames in a part of the byte stream. */
export function decodeCommand(): Command {
  return new Command('decode')
    .description('list the tunnel frames in hex digits, in a file, on stdin, or in a capture')
    .argument('[input]', 'hex digits, a file, or - for stdin (the default)')
    .option('--raw', 'read the input as bytes even if it looks like hex digits')
    .option('--partial', 'accept a capture that was cut, and use its whole lines')
    .option('--json', 'print one JSON object per line to stdout')
    .addHelpText('after', EXAMPLES)
    .action(
      async (input: string | undefined, flags: { raw?: boolean; partial?: boolean; json?: boolean }) => {
        const output = new Output(flags.json ?? false);
        if (input !== undefined && flags.raw !== true && isCaptureFile(input)) {
          listCapture(input, output, { partial: flags.partial ?? false });
          return;
        }
        let errors = 0;
        let isFirst = true;
        for await (const entry of decodeFrames(readInput(input, flags.raw ?? false))) {
          if ('error' in entry) errors++;
          if (output.isJson) {
            output.tell(toRecord(entry));
            await output.room();
            continue;
          }
          if (isFirst) output.say(HEADING);
          isFirst = false;
          output.say(describe(entry));
          await output.room();
        }
        if (errors > 0)
          throw new Error(`${errors} part(s) of the input are not valid frames; see the lines with an error`);
      },
    );
}
