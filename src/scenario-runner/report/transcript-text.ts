import type { ScenarioResult } from '../engine/verdict.js';

/** Characters of a client's output shown with a transcript. */
const SHOWN_OUTPUT = 4000;

/** What happened, line by line: milliseconds, who, what; then what the client printed and how it ended. */
export function transcriptText({ transcript, output, exit, command }: ScenarioResult): string {
  const lines = transcript.map(
    ({ at, who, what }) => `${at.toFixed(1).padStart(9)}  ${who.padEnd(8)} ${what}`,
  );
  if (command !== '') lines.unshift(`$ ${command}`);
  if (exit !== '') lines.push(`the client: ${exit}`);
  if (output.trim() !== '')
    lines.push('--- what the client printed ---', output.trimEnd().slice(-SHOWN_OUTPUT));
  return lines.join('\n');
}
