import { HANDSHAKES } from './handshakes.js';
import type { MutantService } from './mutant-service.js';
import { RELAYING } from './relaying.js';

export { type MutantService, startMutantService } from './mutant-service.js';

/** Every service that breaks one thing. */
export const MUTANT_SERVICES: readonly MutantService[] = [...HANDSHAKES, ...RELAYING];
