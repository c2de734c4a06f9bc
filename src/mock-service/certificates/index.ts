/** The service's own certificate authority. */
export { type Authority, defaultStateDir, openAuthority } from './authority.js';
