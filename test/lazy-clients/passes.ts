import type { Habits } from './lazy-client.js';

type Id = Habits['id'];

/** Scenarios that lazy clients pass rightly, and why. Whatever else one of them passes is a pass without proof. */
export interface RightPass {
  readonly scenarios: readonly string[];
  readonly clients: readonly Id[];
  readonly why: string;
}

const CONNECTING: readonly Id[] = ['silent', 'deaf', 'reconnects', 'echoes'];
const REQUEST = [
  ...['handshake/path', 'handshake/mode', 'handshake/one-token', 'handshake/request-size'],
  ...['handshake/client-token', 'handshake/subprotocol'],
];

/** In the order of the page. */
export const RIGHT_PASSES: readonly RightPass[] = [
  {
    scenarios: REQUEST,
    clients: CONNECTING,
    why: 'only the request is judged, and theirs keeps the rules',
  },
  {
    scenarios: ['handshake/unoffered-version', 'handshake/wrong-accept'],
    clients: CONNECTING,
    why: 'their WebSocket library refuses such an answer, as it should',
  },
  {
    scenarios: ['handshake/odd-answers'],
    clients: ['silent', 'deaf', 'exits', 'reconnects', 'echoes'],
    why: 'only a crash is wrong there; whoever gives up may',
  },
  {
    scenarios: ['handshake/refused-400', 'handshake/refused-403', 'handshake/refused-404'],
    clients: ['silent', 'deaf', 'echoes'],
    why: 'they ask once, and not again',
  },
  {
    scenarios: ['handshake/retries-after-5xx', 'handshake/same-client-token'],
    clients: ['reconnects'],
    why: 'it comes back, with the same token',
  },
  {
    scenarios: ['handshake/backoff'],
    clients: ['reconnects'],
    why: 'on a busy machine its equal gaps vary as much as those of a back-off with jitter may',
  },
  {
    scenarios: ['websocket/ping-answered'],
    clients: ['silent'],
    why: 'its WebSocket library answers pings',
  },
  {
    scenarios: ['websocket/close-answered'],
    clients: ['silent', 'reconnects'],
    why: 'their WebSocket library answers the close frame and closes TCP',
  },
  {
    scenarios: ['sessions/close-before-service-ids'],
    clients: ['silent', 'reconnects', 'echoes'],
    why: 'their WebSocket library answers the close frame; whether they come back is not judged',
  },
  {
    scenarios: ['sessions/tunnel-without-services'],
    clients: ['silent', 'deaf', 'exits', 'reconnects'],
    why: 'whoever does not serve a tunnel without service ids may decline it, by ending or by doing nothing (S2)',
  },
  {
    scenarios: ['sessions/more-configured', 'sessions/unmapped-at-a-source'],
    clients: ['reconnects'],
    why: 'closing over ids that do not match is a reading that passes (D1)',
  },
  {
    scenarios: ['sessions/unmapped-at-a-destination'],
    clients: ['silent', 'deaf', 'reconnects'],
    why: 'what has no address is not dialled; a destination that has not started says nothing either',
  },
  {
    scenarios: ['dialling/rotated'],
    clients: ['silent', 'reconnects'],
    why: 'only the requests after a refusal are judged, and there is none, or one',
  },
];

/** Whether a pass is explained. */
export function isRightPass(client: Id, scenario: string): boolean {
  return RIGHT_PASSES.some((each) => each.clients.includes(client) && each.scenarios.includes(scenario));
}
