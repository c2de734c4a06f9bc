import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { pathOf, readBody, writeAnswer } from '../http/index.js';
import { SERVICE_NAME } from '../kit/index.js';
import { checkAccess } from './access.js';
import { AdminError, asAdminError } from './errors.js';
import { openApiDocument } from './openapi.js';
import type { AdminAnswer, AdminContext, AdminRequest, Route } from './route.js';
import { ROUTES } from './routes/index.js';

const PREFIX = '/admin';
/** The largest request body. A frame in hexadecimal is 131 KB, so this is far above any sensible request. */
export const MAX_ADMIN_BODY_BYTES = 1024 * 1024;

/** Twice the longest list. Parsing a member costs about a hundred times as much as sending its one or two bytes. */
const MAX_MEMBERS = 20_000;
/** Longer reasons are cut. One of them names every unknown key. */
const LONGEST_ISSUE = 300;

export interface AdminApiOptions extends AdminContext {
  /** A request with this token is accepted from any machine. If no token is given, only this machine may use the API. */
  readonly adminToken?: string | undefined;
}

/** HTTP and JSON under `/admin/`. It gives tests in any language everything that they need of a running service. */
export class AdminApi {
  readonly #options: AdminApiOptions;
  readonly #routes: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(options: AdminApiOptions) {
    this.#options = options;
    const version = SERVICE_NAME.split(' ').at(-1)!;
    const routes: Route[] = [...ROUTES];
    const document: Route = {
      method: 'GET',
      path: `${PREFIX}/openapi.json`,
      id: 'getOpenApi',
      summary: 'This document',
      answers: { 200: 'application/json' },
      handle: () => ({
        status: 200,
        text: { type: 'application/json', content: JSON.stringify(openApiDocument(routes, version)) },
      }),
    };
    routes.push(document);
    this.#routes = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  }

  /** The route for all paths under `/admin/`. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> => {
    const pathname = pathOf(request.url ?? '');
    if (pathname !== PREFIX && !pathname.startsWith(`${PREFIX}/`)) return false;
    return this.#take(request, response, pathname);
  };

  async #take(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<true> {
    try {
      const searchParams = new URLSearchParams((request.url ?? '').slice(pathname.length));
      await this.#answer(request, response, pathname, searchParams);
    } catch (error) {
      const known = asAdminError(error);
      if (known === undefined) throw error;
      if (response.headersSent) response.destroy();
      else write(response, { status: known.status, body: { error: known.code, message: known.message } });
    }
    return true;
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    searchParams: URLSearchParams,
  ): Promise<void> {
    const matching = this.#routes.filter(({ pattern }) => pattern.test(pathname));
    const found = matching.find(({ route }) => route.method === request.method);
    // Open routes need no permission. For all other paths it is checked first, even before 404.
    if (found?.route.open !== true) checkAccess(request, this.#options.adminToken);
    if (found === undefined) throw notServed(request.method ?? '', matching);
    const { route, pattern } = found;
    const asked: AdminRequest<unknown, unknown> = {
      params: decodeParams(pattern.exec(pathname)?.groups ?? {}),
      query: route.query === undefined ? {} : check(route.query, Object.fromEntries(searchParams)),
      body: route.body === undefined ? undefined : check(route.body, await readJson(request)),
    };
    if (route.stream !== undefined) route.stream(asked, this.#options, { request, response });
    else if (route.handle !== undefined) write(response, await route.handle(asked, this.#options));
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function decodeParams(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    throw new AdminError('INVALID_REQUEST', 'The path has an invalid percent-encoding');
  }
}

function notServed(method: string, matching: readonly { route: Route }[]): AdminError {
  if (matching.length === 0) {
    return new AdminError('NOT_FOUND', `Nothing is served at that path; see ${PREFIX}/openapi.json`);
  }
  const allowed = matching.map(({ route }) => route.method).join(', ');
  // The route's path and not the request's, which may hold a token in the wrong place.
  return new AdminError(
    'METHOD_NOT_ALLOWED',
    `${matching[0]!.route.path} is served with ${allowed}, not ${method}`,
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request, MAX_ADMIN_BODY_BYTES);
  if (bytes === undefined) {
    throw new AdminError('BODY_TOO_LARGE', `The body is over ${MAX_ADMIN_BODY_BYTES} bytes`);
  }
  if (countCommas(bytes) > MAX_MEMBERS) {
    throw new AdminError(
      'INVALID_REQUEST',
      `The body has more than ${MAX_MEMBERS} commas; send fewer members`,
    );
  }
  try {
    return bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  } catch (error) {
    throw new AdminError('BAD_JSON', `The body is not JSON: ${(error as Error).message}`);
  }
}

/** Counts the commas. Whatever the JSON, it has at most one member more than commas. */
function countCommas(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x2c); at >= 0; at = bytes.indexOf(0x2c, at + 1)) count++;
  return count;
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3).map(({ path, message }) => {
    const what = message.length > LONGEST_ISSUE ? `${message.slice(0, LONGEST_ISSUE)}…` : message;
    return path.length > 0 ? `${path.join('.')}: ${what}` : what;
  });
  throw new AdminError('INVALID_REQUEST', issues.join('; '));
}

function write(response: ServerResponse, { status, body, text }: AdminAnswer): void {
  const content = text?.content ?? (body === undefined ? '' : JSON.stringify(body));
  const type = text?.type ?? (body === undefined ? undefined : 'application/json');
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(type !== undefined && { 'content-type': type }),
  };
  writeAnswer(response, { status, headers, body: content }, { close: status === 413 });
}
