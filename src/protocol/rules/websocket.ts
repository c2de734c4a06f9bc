import { ALL_FORMATS, type Rule } from './rule.js';

const SUBPROTOCOL = 'V1/V2/V3WebSocketProtocolGuide, "WebSocket Subprotocol"';
const websocket = { formats: ALL_FORMATS, judgedAt: 'websocket' } as const;

/** W1–W6: the layer between HTTP and tunnel frames. */
export const WEBSOCKET_RULES = [
  {
    ...websocket,
    id: 'W1',
    binds: ['cli', 'svc'],
    force: ['MUST', 'SHOULD'],
    from: ['guides'],
    text: 'Data messages are binary. A text message is never tunnel data. If one arrives, the service closes the connection, and a client should do so too.',
    source: SUBPROTOCOL,
  },
  {
    ...websocket,
    id: 'W2',
    binds: ['cli', 'svc'],
    force: ['MUST'],
    from: ['guides'],
    text: 'A WebSocket frame has a payload of at most 131076 bytes, in both directions.',
    source: SUBPROTOCOL,
  },
  {
    ...websocket,
    id: 'W3',
    binds: ['svc', 'cli'],
    force: ['MAY', 'MUST'],
    from: ['guides', 'rfc6455'],
    text: 'The service may answer a ping with a pong of the same payload. A client answers pings. Unsolicited pongs are ignored.',
    source: `${SUBPROTOCOL}; RFC 6455 5.5.2, 5.5.3`,
  },
  {
    ...websocket,
    id: 'W4',
    binds: ['cli', 'svc'],
    force: ['MUST'],
    from: ['guides', 'rfc6455'],
    text: 'WebSocket message boundaries have no meaning. A message may hold a part of a tunnel frame, one frame, many frames or nothing. It may be fragmented.',
    source: 'V1/V2/V3WebSocketProtocolGuide, "Tunneling message frames"; RFC 6455 5.4',
  },
  {
    ...websocket,
    id: 'W5',
    binds: ['svc'],
    force: ['fact'],
    from: ['guides'],
    text: "Bytes of ping and pong count toward the tunnel's bandwidth.",
    source: SUBPROTOCOL,
  },
  {
    ...websocket,
    id: 'W6',
    binds: ['cli'],
    force: ['SHOULD'],
    from: ['rfc6455'],
    text: 'A client answers a close frame and then closes TCP. If the WebSocket stream is invalid, it ends the connection.',
    source: 'RFC 6455 5.5.1, 7.1.7',
  },
] as const satisfies readonly Rule[];
