import { printableOutput } from '../../protocol/index.js';
import type { WireBytes } from '../verdicts/index.js';
import { RecentTriggers } from './recent-triggers.js';
import { withoutSecrets } from './secrets.js';

/** Who did what a line of the transcript says. */
export type Actor = 'client' | 'service' | 'app' | 'process' | 'harness';

/** One line of the transcript. */
export interface TranscriptLine {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  readonly who: Actor;
  readonly what: string;
}

/** The number of lines that are kept at each end. Lines between them are only counted. */
const KEPT = 150;
/** The number of characters that are kept of a line, because a client may send a header or a list of any length. */
const LINE_CHARACTERS = 400;
/** How many of the last bytes are kept. More of the service, because a fence follows the bytes that decide. */
const LAST_BYTES = { client: 2, service: 3 } as const;

/**
 * What happened in one run of a scenario, in order. Its size is limited, whatever the client does. A branch writes into
 * the transcript of its parent, with a label on each line, because several clients may be judged at the same time.
 */
export class Transcript {
  /** What was done to this client since it was last seen well. A branch has its own client. @internal */
  readonly recent = new RecentTriggers();
  readonly #head: TranscriptLine[] = [];
  readonly #tail: TranscriptLine[] = [];
  readonly #begun = performance.now();
  readonly #secrets = new Set<string>();
  /** What crossed the wire last, the newest behind. */
  readonly #crossed: WireBytes[] = [];
  #left = 0;

  readonly #parent: Transcript | undefined;
  readonly #label: string;

  constructor(branch?: { readonly of: Transcript; readonly label: string }) {
    this.#parent = branch?.of;
    this.#label = branch?.label ?? '';
  }

  /** Removes these secrets from everything that is shown of the run. */
  hide(...secrets: readonly (string | undefined)[]): void {
    this.#parent?.hide(...secrets);
    for (const secret of secrets) if (secret !== undefined && secret !== '') this.#secrets.add(secret);
  }

  /** A text of the run that is safe to show. */
  shown(text: string): string {
    return printableOutput(withoutSecrets(text, this.#secrets));
  }

  /** @param bytes what crossed the wire, where the line tells of that */
  note(who: Actor, what: string, bytes?: WireBytes): void {
    if (bytes !== undefined) this.#crosses(bytes);
    if (this.#parent !== undefined) {
      this.#parent.note(who, `${this.#label}${what}`);
      return;
    }
    const at = Math.round((performance.now() - this.#begun) * 10) / 10;
    // A secret must not be cut, because a part of it would be shown.
    const text = what.length <= LINE_CHARACTERS ? what : clipped(withoutSecrets(what, this.#secrets));
    const line = { at, who, what: text };
    if (this.#head.length < KEPT) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    if (this.#tail.length > 2 * KEPT) {
      this.#tail.splice(0, KEPT);
      this.#left += KEPT;
    }
  }

  /** The bytes that crossed the wire last, in both directions, oldest first. */
  get lastBytes(): readonly WireBytes[] {
    return [...this.#crossed];
  }

  /** Keeps the order of time. The oldest bytes of the same direction are dropped. */
  #crosses(bytes: WireBytes): void {
    const same = this.#crossed.filter(({ from }) => from === bytes.from);
    if (same.length === LAST_BYTES[bytes.from]) this.#crossed.splice(this.#crossed.indexOf(same[0]!), 1);
    this.#crossed.push(bytes);
  }

  /** The lines, safe to show. If there are more, only the first and the last `atMost`. */
  lines(atMost = KEPT): TranscriptLine[] {
    const head = this.#head.slice(0, atMost);
    const rest = [...this.#head.slice(atMost), ...this.#tail];
    const tail = rest.slice(-atMost);
    const left = this.#left + rest.length - tail.length;
    const gap: TranscriptLine[] = [];
    if (left > 0) gap.push({ at: tail[0]!.at, who: 'harness', what: `… ${left} lines left out …` });
    return [...head, ...gap, ...tail].map(({ at, who, what }) => {
      return { at, who, what: this.shown(what).replaceAll('\n', ' ') };
    });
  }
}

/** A short copy that does not keep the longer text in memory. */
function clipped(what: string): string {
  return Buffer.from(`${what.slice(0, LINE_CHARACTERS)}… ${what.length} characters in all`).toString();
}
