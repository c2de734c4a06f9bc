/** The service's own certificate authority. */
export { type Authority, defaultStateDir, openAuthority } from './authority.js';
export { CERTIFICATE_FAULTS, type CertificateFault } from './faults.js';
export type { Certificates } from './leaves.js';
