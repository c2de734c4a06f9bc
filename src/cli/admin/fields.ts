import { UsageError } from '../errors.js';

/**
 * Reads `name=value` arguments into an object. A value that is valid JSON is parsed; any other value is text:
 * `latency=100 types=["DATA"] reason=bye`.
 * @throws {UsageError}
 */
export function readFields(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new UsageError(`'${word.slice(0, 80)}' is not a field; write name=value`);
      return [word.slice(0, at), readValue(word.slice(at + 1))];
    }),
  );
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fields as text for people: `name=value name=value`. */
export function showFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
