/** Real SSH through any client under test on either side. */
export type { SshCase } from './case.js';
export { FAULT_CASES } from './faults.js';
export { OPENSSH_CASES } from './openssh-cases.js';
export { openPath, type PathOptions, type SshPath } from './path.js';
export { isInstalled } from './program.js';
export { SERVERS, type SshServer, type SshServerKind } from './servers.js';
export { SSH2_CASES } from './ssh2-cases.js';
