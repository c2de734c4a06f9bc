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

/** Methods that only read. A page of another site cannot see the answer, for none of ours allows it to. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const TOKEN_COOKIE = new RegExp(`(?:^|;)\\s*${ACCESS_TOKEN_COOKIE}\\s*=`);

export interface SiteRuleOptions {
  readonly names: OwnNames;
  /** Where pages of other sites may post: it has a list of its own. */
  readonly cookiePath: string;
  /** Whether pages of an origin may have their token in a cookie. */
  readonly allowsCookieOf: (origin: string) => boolean;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly newChannelId: () => string;
}

/**
 * What a browser may be made to do, for every route: the service answers to its own names alone, a page of another site
 * changes nothing, and joins no tunnel with a token that the browser keeps.
 */
export class SiteRule {
  readonly #options: SiteRuleOptions;

  constructor(options: SiteRuleOptions) {
    this.#options = options;
  }

  /** For requests; true: it was refused. */
  readonly refuse = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (hostCount(request) > 1) {
      const what = 'A request names one Host (RFC 9112, 3.2); this one has several';
      writeAnswer(response, textAnswer(400, what), { close: true });
      return true;
    }
    const reason = this.#strangeName(request) ?? this.#foreignPage(request);
    if (reason === undefined) return false;
    const answer = jsonAnswer(403, { error: 'FORBIDDEN', message: reason });
    writeAnswer(response, answer, { close: true });
    return true;
  };

  /** For upgrades; true: it was refused. */
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
    // Only HTTP/1.0 may leave it out, and no browser speaks that.
    if (host === undefined || this.#options.names.include(host)) return undefined;
    const what = `The service does not answer to the name '${host.slice(0, 100)}'`;
    return `${what}; use localhost or an address, or start it with --advertise and the name`;
  }

  #foreignPage({ method = '', url = '', headers }: IncomingMessage): string | undefined {
    if (READING.has(method) || !isOfForeignPage(headers)) return undefined;
    if (pathOf(url) === this.#options.cookiePath) return undefined;
    return 'Pages of other sites may not change anything here; ask from a page of this service, or a program';
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
