/** Names of fields whose value is always a secret. */
const SECRET_NAME = /token$/i;
/** Access tokens are 400–900 characters of base64 (H5). No other text in an event is that long without a space. */
const LONG_SECRET = /[\w+/=-]{200,}/g;
const REDACTED = '[redacted]';

/** A copy of an event without anything that looks like a token. Events hold no tokens; this is a second safeguard. */
export function redact(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactValue(name, value)]));
}

function redactValue(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    return SECRET_NAME.test(name) ? REDACTED : value.replace(LONG_SECRET, REDACTED);
  }
  if (Array.isArray(value)) return value.map((item) => redactValue(name, item));
  if (typeof value === 'object' && value !== null) return redact(value);
  return value;
}
