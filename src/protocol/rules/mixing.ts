import type { Rule } from './rule.js';

const V2_COMPATIBILITY = 'V2WebSocketProtocolGuide, "Backward compatibility between V1 and V2 local proxy"';
const V3_COMPATIBILITY = 'V3WebSocketProtocolGuide, "Backward compatibility between V2 and V3 local proxy"';

/** X1–X5: peers that speak different formats. */
export const MIXING_RULES = [
  {
    id: 'X1',
    binds: ['cli'],
    force: ['MUST'],
    from: ['guides'],
    formats: ['V1', 'V2'],
    text: 'V1 and V2 together carry at most one service. V1 ignores service ids. V2 treats an empty service id as V1.',
    source: V2_COMPATIBILITY,
    judgedAt: 'client',
  },
  {
    id: 'X2',
    binds: ['cli'],
    force: ['MUST', 'SHOULD NOT'],
    from: ['guides'],
    formats: ['V2', 'V3'],
    text: 'V2 and V3 together carry one connection for each stream. V2 answers CONNECTION_START and CONNECTION_RESET with STREAM_RESET. A V3 source should not use connection ids toward a known V2 peer.',
    source: V3_COMPATIBILITY,
    judgedAt: 'client',
  },
  {
    id: 'X3',
    binds: ['dst'],
    force: ['MUST'],
    from: ['guides'],
    formats: ['V2', 'V3'],
    text: 'After a STREAM_START without connection id, a V3 destination speaks V2 for that stream: later connection ids are ignored, CONNECTION_* messages are errors, and STREAM_RESET ends the stream.',
    source: V3_COMPATIBILITY,
    judgedAt: 'client',
  },
  {
    id: 'X4',
    binds: ['cli'],
    force: ['fact'],
    from: ['guides'],
    formats: ['V3'],
    text: 'If a stream began with a connection id, a message without one may mean connection 1, or may end the stream. The guides say both.',
    source: `${V3_COMPATIBILITY}; V3WebSocketProtocolGuide, "ProtocolBuffers Message Schema"`,
    judgedAt: 'client',
  },
  {
    id: 'X5',
    binds: ['svc'],
    force: ['MUST'],
    from: ['guides'],
    formats: ['V1', 'V2', 'V3'],
    text: 'The service relays between any two versions and translates nothing.',
    source: `${V2_COMPATIBILITY}; ${V3_COMPATIBILITY}`,
    judgedAt: 'message',
  },
] as const satisfies readonly Rule[];
