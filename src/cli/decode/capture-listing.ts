import { type CaptureEntry, describeEntry } from '../../recordings/index.js';
import { readCaptureFile } from '../captures.js';
import type { Output } from '../output/index.js';

/** Lists a capture: one line for each frame or event. */
export function listCapture(path: string, output: Output, options: { partial: boolean }): void {
  const { header, entries, truncated } = readCaptureFile(path, options);
  output.tell(header);
  if (!output.isJson) output.say(`${header.service}, ${header.startedAt}, payloads ${header.payloads}`);
  for (const entry of entries) {
    output.tell(toRecord(entry));
    if (!output.isJson) output.say(`${String(entry.at).padStart(8)} ms  ${describeEntry(entry)}`);
  }
  if (truncated) output.say('the recording reached its size limit here');
}

function toRecord(entry: CaptureEntry): object {
  if (entry.kind === 'event') return entry;
  const { bytes, ...fields } = entry;
  return { ...fields, ...(bytes !== undefined && { hex: Buffer.from(bytes).toString('hex') }) };
}
