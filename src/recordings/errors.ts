/** What can be wrong with a capture. The codes are stable: programs may match on them. */
export type CaptureErrorCode =
  /** The file is not a capture of this project. */
  | 'CAPTURE_NOT_RECOGNISED'
  /** A newer version of the format wrote it: read it with that version of tunnel-testbed. */
  | 'CAPTURE_TOO_NEW'
  /** A line does not follow the format. */
  | 'CAPTURE_BAD_LINE'
  /** The file ends before its last line: record it again, or give `--partial`. */
  | 'CAPTURE_CUT'
  /** The recording left out the bytes: record again with `payloads: kept`. */
  | 'CAPTURE_BYTES_OMITTED'
  /** The capture holds no connection of the given side or tunnel. */
  | 'CAPTURE_SIDE_MISSING';

/** A capture that cannot be used. `line` is counted from 1, as in editors. It is 0 if the error is not in one line. */
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
