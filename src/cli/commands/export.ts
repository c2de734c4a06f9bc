import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { reasonOf } from '../../clients/errors.js';
import { exportPcapng } from '../../recordings/index.js';
import { readCaptureFile } from '../captures.js';
import { UsageError } from '../errors.js';
import { Output } from '../output/index.js';

/** Turns a capture into a file for other programs. */
export function exportCommand(): Command {
  return new Command('export')
    .description('turn a capture into a file that Wireshark opens')
    .argument('<capture>', 'a file that --capture has written')
    .requiredOption('--pcapng <file>', 'where it goes')
    .option('--partial', 'take what is whole of a capture that was cut')
    .option('--json', 'one JSON object a line on stdout')
    .action((path: string, flags: { pcapng: string; partial?: boolean; json?: boolean }) => {
      const output = new Output(flags.json ?? false);
      const capture = readCaptureFile(path, { partial: flags.partial ?? false });
      const bytes = exportPcapng(capture);
      try {
        writeFileSync(flags.pcapng, bytes, { mode: 0o600 });
      } catch (error) {
        throw new UsageError(`--pcapng '${flags.pcapng}' cannot be written: ${reasonOf(error)}`);
      }
      const frames = capture.entries.filter(({ kind }) => kind === 'frame').length;
      output.tell({ file: flags.pcapng, bytes: bytes.length, frames });
      if (!output.isJson) output.say(`${flags.pcapng}: ${frames} frames, ${bytes.length} bytes`);
    });
}
