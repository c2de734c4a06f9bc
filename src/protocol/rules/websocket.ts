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
    text: 'Data messages are binary. A text message is never taken for tunnel data: the service closes on one, and a client should close too.',
    source: SUBPROTOCOL,
  },
  {
    ...websocket,
    id: 'W2',
    binds: ['cli', 'svc'],
    force: ['MUST'],
    from: ['guides'],
    text: 'No WebSocket frame has a payload over 131076 bytes, in either direction.',
    source: SUBPROTOCOL,
  },
  {
    ...websocket,
    id: 'W3',
    binds: ['svc', 'cli'],
    force: ['MAY', 'MUST'],
    from: ['guides', 'rfc6455'],
    text: 'The service may answer a ping with a pong of the same payload. A client that is pinged answers. Unsolicited pongs are ignored.',
    source: `${SUBPROTOCOL}; RFC 6455 5.5.2, 5.5.3`,
  },
  {
    ...websocket,
    id: 'W4',
    binds: ['cli', 'svc'],
    force: ['MUST'],
    from: ['guides', 'rfc6455'],
    text: 'WebSocket boundaries mean nothing: a message may hold part of a tunnel frame, one frame, many frames or nothing, and may be fragmented.',
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
    text: 'A close frame is answered and then TCP is closed; an invalid WebSocket stream fails the connection.',
    source: 'RFC 6455 5.5.1, 7.1.7',
  },
] as const satisfies readonly Rule[];
