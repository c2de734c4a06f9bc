import type { MessageFormat, Side } from '../../protocol/index.js';
import type { ReportFormat, Selection } from '../../scenario-runner/index.js';

/** The command line flags of `verify`. */
export interface VerifyFlags {
  readonly own?: boolean;
  readonly attach?: Side;
  readonly only?: string[];
  readonly topic?: string[];
  readonly role?: Side[];
  readonly version?: MessageFormat[];
  readonly scenarios?: string;
  readonly long?: boolean;
  readonly ssh?: boolean;
  readonly patience: number;
  readonly jobs?: number;
  readonly seed?: number;
  readonly list?: boolean;
  readonly schema?: 'client' | 'report';
  readonly format: ReportFormat;
  readonly output?: string;
  readonly baseline?: string;
}

/** The selection of scenarios that the flags ask for. */
export function selectionOf(flags: VerifyFlags): Selection {
  return {
    long: flags.long ?? false,
    ...(flags.only !== undefined && { only: flags.only }),
    ...(flags.topic !== undefined && { topics: flags.topic }),
    ...((flags.role ?? flags.attach) !== undefined && { roles: flags.role ?? [flags.attach!] }),
    ...(flags.version !== undefined && { versions: flags.version }),
  };
}
