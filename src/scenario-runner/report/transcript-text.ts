import type { ScenarioResult } from '../engine/index.js';

/** Characters of a client's output shown with a transcript. */
const SHOWN_OUTPUT = 4000;

/** What happened, one line for each step: milliseconds, who, what. */
export function transcriptLines({ transcript }: Pick<ScenarioResult, 'transcript'>): string[] {
  return transcript.map(({ at, who, what }) => `${at.toFixed(1).padStart(9)}  ${who.padEnd(8)} ${what}`);
}

/** What happened, line by line. Then the output of the client and how it ended. */
export function transcriptText(result: ScenarioResult): string {
  const { output, exit, command } = result;
  const lines = transcriptLines(result);
  if (command !== '') lines.unshift(`$ ${command}`);
  if (exit !== '') lines.push(`the client: ${exit}`);
  if (output.trim() !== '')
    lines.push('--- what the client printed ---', output.trimEnd().slice(-SHOWN_OUTPUT));
  return lines.join('\n');
}
