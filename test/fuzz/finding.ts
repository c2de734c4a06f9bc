/** What the fuzzer has found: something that must not happen, whatever was sent. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** A finding with all that it takes to see it again. */
export interface Report {
  /** What happened. */
  readonly what: string;
  /** The smallest input that was found to cause it, in words or bytes. */
  readonly input: string;
  /** Further arguments of the command, beside seed and part, that lead to this input. */
  readonly again?: string;
}
