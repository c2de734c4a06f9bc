import {
  CHANNEL_ID_HEADER,
  CLIENT_TOKEN_PATTERN,
  MAX_HANDSHAKE_BYTES,
  type RuleId,
  type Side,
  STATUS_REASON_HEADER,
  SUBPROTOCOL_DIALECTS,
  SUBPROTOCOLS,
  type Subprotocol,
  TUNNEL_PATH,
} from '../../protocol/index.js';
import { type HandshakeFields, type HandshakeRequest, readHandshake } from './handshake-request.js';
import type { TokenBook, TokenRecord } from './tokens.js';
import type { Tunnel } from './tunnel.js';

/** The handshake may be answered with 101. The access token is not used up until `registry.connect` (H8). */
export interface Accepted {
  readonly ok: true;
  readonly tunnel: Tunnel;
  readonly side: Side;
  readonly subprotocol: Subprotocol;
  /** The value for `Sec-WebSocket-Protocol` in the answer, spelt as the client offered it. */
  readonly answeredSubprotocol: string;
  readonly clientToken: string | undefined;
  readonly channelId: string;
  /** Headers for the 101. */
  readonly headers: Readonly<Record<string, string>>;
  /** For the registry only. */
  readonly token: TokenRecord;
}

/** The handshake is refused. */
export interface Rejected {
  readonly ok: false;
  readonly status: number;
  /** The reason, as plain text. Holds no token. */
  readonly body: string;
  /** All headers of the answer except `content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rule: RuleId | undefined;
  readonly channelId: string;
  /** Undefined if the token is unknown or was not looked up. */
  readonly tunnelId: string | undefined;
  readonly side: Side | undefined;
}

export type Admission = Accepted | Rejected;

/** Bodies that public clients have seen from the real service (docs/protocol.md#statuses). */
export const REASON = {
  unknownToken: 'Invalid access-token',
  spentToken: 'Invalid access token: The access token was previously used and can not be used again.',
  otherClientToken:
    'Invalid client token: The provided client token does not match the client token that was previously set.',
  closedTunnel: 'Tunnel is closed',
} as const;

/** The state and options that a decision needs. */
export interface AdmissionContext {
  readonly tokens: TokenBook;
  readonly tunnelOf: (token: TokenRecord) => Tunnel | undefined;
  /** Refuses the dialects of public clients (docs/protocol.md#dialects). */
  readonly strict: boolean;
  readonly newChannelId: () => string;
}

interface Refusal {
  readonly rule?: RuleId;
  readonly status?: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: TokenRecord;
}

/** Decides by H1–H9 whether to accept a handshake. Changes nothing. */
export function decideAdmission(request: HandshakeRequest, context: AdmissionContext): Admission {
  const channelId = context.newChannelId();
  const fields = readHandshake(request);
  const refusal = judgeRequest(request, fields) ?? judgeTokenCount(fields, context.strict);
  if (refusal !== undefined) return rejected(refusal, channelId);

  const subprotocol = chooseSubprotocol(fields.subprotocols, context.strict);
  if (subprotocol === undefined) return rejected(noCommonSubprotocol(fields.subprotocols), channelId);

  const token = context.tokens.find(presentedTokens(fields, context.strict)[0]!);
  const tunnel = token && context.tunnelOf(token);
  if (token === undefined || tunnel === undefined) {
    return rejected({ status: 403, rule: 'H3', reason: REASON.unknownToken }, channelId);
  }
  const side = fields.modes[0] as Side;
  const clientToken = fields.clientTokens[0];
  const broken = judgeToken(token, tunnel, side, clientToken, context.tokens);
  if (broken !== undefined) return rejected({ ...broken, token }, channelId);
  const headers = { [CHANNEL_ID_HEADER]: channelId };
  return { ok: true, tunnel, side, ...subprotocol, clientToken, channelId, headers, token };
}

/** Makes an answer that refuses a handshake, with the `channel-id` that every answer carries (H10). */
export function rejected(refusal: Refusal, channelId: string): Rejected {
  return {
    ok: false,
    status: refusal.status ?? 400,
    body: refusal.reason,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      [CHANNEL_ID_HEADER]: channelId,
      ...refusal.headers,
    },
    rule: refusal.rule,
    channelId,
    tunnelId: refusal.token?.tunnelId,
    side: refusal.token?.side,
  };
}

function judgeRequest(request: HandshakeRequest, fields: HandshakeFields): Refusal | undefined {
  if (request.requestBytes > MAX_HANDSHAKE_BYTES) {
    const reason = `The handshake request has ${request.requestBytes} bytes; at most ${MAX_HANDSHAKE_BYTES} are allowed.`;
    return { rule: 'H5', reason };
  }
  if (request.method !== 'GET' || fields.path !== TUNNEL_PATH) {
    return { rule: 'H1', reason: `Invalid path: a tunnel is joined with GET ${TUNNEL_PATH}.` };
  }
  const [mode, ...others] = new Set(fields.modes);
  if ((mode !== 'source' && mode !== 'destination') || others.length > 0) {
    return { rule: 'H2', reason: 'Invalid local-proxy-mode: it must be source or destination.' };
  }
  const [clientToken, ...more] = fields.clientTokens;
  if (more.length > 0) return { rule: 'H7', reason: 'Invalid client token: more than one was given.' };
  if (clientToken !== undefined && !CLIENT_TOKEN_PATTERN.test(clientToken)) {
    const reason = 'Invalid client token: it must be 32 to 128 letters, digits and hyphens.';
    return { rule: 'H7', reason };
  }
  return undefined;
}

function presentedTokens(fields: HandshakeFields, strict: boolean): string[] {
  return [...fields.headerTokens, ...fields.cookieTokens, ...(strict ? [] : fields.queryTokens)];
}

function judgeTokenCount(fields: HandshakeFields, strict: boolean): Refusal | undefined {
  const tokens = presentedTokens(fields, strict);
  if (tokens.length > 1) {
    const reason = `Invalid access token: exactly one is expected in header or cookie, but ${tokens.length} were given.`;
    return { rule: 'H3', reason };
  }
  if (tokens.length === 0 || tokens[0] === '') {
    return { rule: 'H3', reason: 'Invalid access token: none was given in header or cookie.' };
  }
  return undefined;
}

/** Chooses the highest version that was offered (H6). If its correct spelling was offered, that spelling is answered. */
function chooseSubprotocol(
  offers: readonly string[],
  strict: boolean,
): Pick<Accepted, 'subprotocol' | 'answeredSubprotocol'> | undefined {
  for (const subprotocol of SUBPROTOCOLS.toReversed()) {
    if (offers.includes(subprotocol)) return { subprotocol, answeredSubprotocol: subprotocol };
    const dialect = offers.find((offer) => SUBPROTOCOL_DIALECTS.get(offer) === subprotocol);
    if (dialect !== undefined && !strict) return { subprotocol, answeredSubprotocol: dialect };
  }
  return undefined;
}

const LIKE_A_SUBPROTOCOL = /^aws\.iot\.[a-z]{1,20}-\d{1,3}\.\d{1,3}$/i;

function noCommonSubprotocol(offers: readonly string[]): Refusal {
  // Any other text may be a token in the wrong header. So it is neither repeated in the answer nor logged.
  const named = offers.filter((offer) => LIKE_A_SUBPROTOCOL.test(offer)).slice(0, 5);
  const others = offers.length - named.length;
  const words = [...named, ...(others > 0 ? [`${others} that name no version of this protocol`] : [])];
  const offered = words.join(', ') || 'none';
  const reason = `Invalid Sec-WebSocket-Protocol: offer one of ${SUBPROTOCOLS.join(', ')}. Offered: ${offered}.`;
  return { rule: 'H6', reason };
}

function judgeToken(
  token: TokenRecord,
  tunnel: Tunnel,
  side: Side,
  clientToken: string | undefined,
  tokens: TokenBook,
): Refusal | undefined {
  if (tunnel.status === 'CLOSED') {
    return { reason: REASON.closedTunnel, headers: { [STATUS_REASON_HEADER]: REASON.closedTunnel } };
  }
  if (token.side !== side) {
    const reason = `Invalid access token: it is for the ${token.side}, but local-proxy-mode is ${side}.`;
    return { rule: 'H4', reason };
  }
  if (token.used && (clientToken === undefined || token.clientToken === undefined)) {
    return { rule: 'H8', reason: REASON.spentToken };
  }
  if (token.used && token.clientToken !== clientToken) return { rule: 'H9', reason: REASON.otherClientToken };
  const user = clientToken === undefined ? undefined : tokens.userOf(clientToken);
  // Our reading: both sides of one tunnel may use the same client token, but two open tunnels may not.
  if (user !== undefined && user !== tunnel.id) {
    return { rule: 'H7', reason: 'Invalid client token: another open tunnel uses it already.' };
  }
  return undefined;
}
