import type { SshPath } from './path.js';

/** Something real SSH programs do through a tunnel. `run` throws where it does not come out as it must. */
export interface SshCase {
  readonly id: string;
  readonly title: string;
  /** Programs that must be installed. */
  readonly programs: readonly string[];
  /** Why it does not apply to a path; undefined where it does. */
  readonly skip?: (path: SshPath) => string | undefined;
  /** `folder` is for the case's own files. */
  readonly run: (path: SshPath, folder: string) => Promise<void>;
}
