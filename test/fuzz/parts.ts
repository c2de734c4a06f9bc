import { ourAgent } from './clients/agent.js';
import { ourDestination, ourSource } from './clients/proxies.js';
import { codec } from './codec/part.js';
import type { Part } from './part.js';
import { admin } from './service/admin.js';
import { controlPlane } from './service/control-plane.js';
import { faults } from './service/faults.js';
import { handshakes } from './service/handshakes.js';
import { http } from './service/http.js';
import { mqttPart } from './service/mqtt.js';
import { tunnelFrames } from './service/tunnel-frames.js';
import { websocket } from './service/websocket.js';
import { wire } from './service/wire.js';

/** In the order in which a run takes them. */
export const PARTS: readonly Part[] = [
  codec,
  websocket,
  tunnelFrames,
  wire,
  handshakes,
  http,
  controlPlane,
  admin,
  faults,
  mqttPart,
  ourSource,
  ourDestination,
  ourAgent,
];
