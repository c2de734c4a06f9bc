import { MessageType, message } from '../../../src/protocol/index.js';

/** SERVICE_IDS of a tunnel with the service that scenarios use first. */
export const SERVICE_IDS_OF_ANY = message({ type: MessageType.SERVICE_IDS, availableServiceIds: ['SSH'] });
