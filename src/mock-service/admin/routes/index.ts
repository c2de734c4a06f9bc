import type { Route } from '../route.js';
import { actionRoutes } from './actions.js';
import { captureRoutes } from './captures.js';
import { eventRoutes } from './events.js';
import { faultRoutes } from './faults.js';
import { handshakeRoutes } from './handshakes.js';
import { serviceRoutes } from './service.js';
import { sessionRoutes } from './sessions.js';
import { tunnelRoutes } from './tunnels.js';

/** Every operation of the API, in the order of the OpenAPI document. */
export const ROUTES: readonly Route[] = [
  ...tunnelRoutes,
  ...sessionRoutes,
  ...actionRoutes,
  ...faultRoutes,
  ...handshakeRoutes,
  ...captureRoutes,
  ...eventRoutes,
  ...serviceRoutes,
];
