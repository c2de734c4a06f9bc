import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ACCESS_TOKEN_COOKIE } from '../protocol/index.js';
import {
  answerSocket,
  isOfForeignPage,
  isOriginOf,
  jsonAnswer,
  type OwnNames,
  pathOf,
  refusal,
  textAnswer,
  writeAnswer,
} from './http/index.js';
import type { Clock, EventHub } from './kit/index.js';

/** Methods that only read. A page of another site cannot see the answer: no route that shows data allows it (CORS). */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const TOKEN_COOKIE = new RegExp(`(?:^|;)\\s*${ACCESS_TOKEN_COOKIE}\\s*=`);

export interface SiteRuleOptions {
  readonly names: OwnNames;
  /** The one path to which pages of other sites may post. The cookie API has its own list of origins. */
  readonly cookiePath: string;
  /** Whether pages of an origin may use a token in a cookie. */
  readonly allowsCookieOf: (origin: string) => boolean;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly newChannelId: () => string;
}

/**
 * Limits what a page can make a browser do, on every route. The service answers only to its own names. A page of another
 * site can change nothing. It cannot join a tunnel with a token that the browser keeps as a cookie.
 */
export class SiteRule {
  readonly #options: SiteRuleOptions;

  constructor(options: SiteRuleOptions) {
    this.#options = options;
  }

  /** Refuses a request if necessary. Returns true if it was refused. */
  readonly refuse = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (hostCount(request) > 1) {
      const what = 'A request must have one Host header (RFC 9112, 3.2); this one has several';
      writeAnswer(response, textAnswer(400, what), { close: true });
      return true;
    }
    const reason = this.#strangeName(request) ?? this.#foreignPage(request);
    if (reason === undefined) return false;
    const answer = jsonAnswer(403, { error: 'FORBIDDEN', message: reason });
    writeAnswer(response, answer, { close: true });
    return true;
  };

  /** Refuses an upgrade if necessary. Returns true if it was refused. */
  readonly refuseUpgrade = (request: IncomingMessage, socket: Duplex): boolean => {
    const reason = this.#strangeName(request) ?? this.#foreignCookie(request);
    if (reason === undefined) return false;
    const { clock, events, newChannelId } = this.#options;
    const channelId = newChannelId();
    const { remoteAddress } = request.socket;
    const from = remoteAddress === undefined ? {} : { remoteAddress };
    events.emit('handshake-rejected', { status: 403, reason, channelId, ...from });
    answerSocket(socket, refusal(403, reason, channelId), clock);
    return true;
  };

  #strangeName({ headers: { host } }: IncomingMessage): string | undefined {
    // Only an HTTP/1.0 request may lack a Host header, and no browser sends HTTP/1.0.
    if (host === undefined || this.#options.names.include(host)) return undefined;
    const what = `The service does not answer to the name '${host.slice(0, 100)}'`;
    return `${what}; use localhost or an address, or start it with --advertise and the name`;
  }

  #foreignPage({ method = '', url = '', headers }: IncomingMessage): string | undefined {
    if (READING.has(method) || !isOfForeignPage(headers)) return undefined;
    if (pathOf(url) === this.#options.cookiePath) return undefined;
    return 'Pages of other sites may not change anything here; use a page of this service, or a program';
  }

  #foreignCookie({ headers: { host = '', origin, cookie = '' } }: IncomingMessage): string | undefined {
    if (origin === undefined || !TOKEN_COOKIE.test(cookie)) return undefined;
    if (isOriginOf(host, origin) || this.#options.allowsCookieOf(origin)) return undefined;
    return `Pages of ${origin.slice(0, 200)} may not use the token in the cookie; add the origin to allowOrigins`;
  }
}

function hostCount({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') count++;
  }
  return count;
}
