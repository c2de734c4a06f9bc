import type { SshPath } from './path.js';

/** Something that real SSH programs do through a tunnel. `run` throws if the result is wrong. */
export interface SshCase {
  readonly id: string;
  readonly title: string;
  /** Programs that must be installed. */
  readonly programs: readonly string[];
  /** The reason why the case does not apply to a path. Undefined if it applies. */
  readonly skip?: (path: SshPath) => string | undefined;
  /** `folder` is for the files of this case. */
  readonly run: (path: SshPath, folder: string) => Promise<void>;
}
