import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { reasonOf } from '../../clients/errors.js';
import { exportPcapng } from '../../recordings/index.js';
import { readCaptureFile } from '../captures.js';
import { UsageError } from '../errors.js';
import { Output } from '../output/index.js';

/** Converts a capture to a file for other programs. */
export function exportCommand(): Command {
  return new Command('export')
    .description('convert a capture to a file for Wireshark')
    .argument('<capture>', 'a file that --capture has written')
    .requiredOption('--pcapng <file>', 'file to write')
    .option('--partial', 'accept a capture that was cut, and use its whole lines')
    .option('--json', 'print one JSON object per line to stdout')
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
