/** What can be wrong with a capture. Stable: programs may match on it. */
export type CaptureErrorCode =
  /** The file is not a capture of this project. */
  | 'CAPTURE_NOT_RECOGNISED'
  /** A newer version of the format wrote it: read it with that version of tunnel-testbed. */
  | 'CAPTURE_TOO_NEW'
  /** A line is not what the format asks for. */
  | 'CAPTURE_BAD_LINE'
  /** The file ends before its last line: record it again, or give `--partial`. */
  | 'CAPTURE_CUT'
  /** The bytes that are asked for were left out when it was recorded: record with `payloads: kept`. */
  | 'CAPTURE_BYTES_OMITTED'
  /** It holds no connection of the side, or of the tunnel, that is asked for. */
  | 'CAPTURE_SIDE_MISSING';

/** A capture that cannot be used. `line` counts from 1, as editors do; 0 where no line is to blame. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';

  constructor(
    readonly code: CaptureErrorCode,
    readonly line: number,
    what: string,
  ) {
    super(line > 0 ? `Line ${line} of the capture: ${what}` : what);
  }
}
