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
/** A frame in hexadecimal is 131 KB; this is far above any sensible request. */
export const MAX_ADMIN_BODY_BYTES = 1024 * 1024;

/** Twice what the longest list may have. Each member costs a hundred times what its byte or two cost to send. */
const MAX_MEMBERS = 20_000;
/** Longer reasons are cut: one of them names every key that is not known. */
const LONGEST_ISSUE = 300;

export interface AdminApiOptions extends AdminContext {
  /** Whoever bears it may ask, from anywhere; without one, this machine alone. */
  readonly adminToken?: string | undefined;
}

/** HTTP + JSON under `/admin/`: everything a test in any language needs of a running service. */
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

  /** The route: takes everything under `/admin/`. */
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
    // Open routes need no permission. All others ask for it before they even say whether they exist.
    if (found?.route.open !== true) checkAccess(request, this.#options.adminToken);
    if (found === undefined) throw notServed(request.method ?? '', pathname, matching);
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
    throw new AdminError('INVALID_REQUEST', 'The path is not well escaped');
  }
}

function notServed(method: string, pathname: string, matching: readonly { route: Route }[]): AdminError {
  const path = pathname.slice(0, 200);
  if (matching.length === 0) {
    return new AdminError('NOT_FOUND', `Nothing is served at that path; see ${PREFIX}/openapi.json`);
  }
  const allowed = matching.map(({ route }) => route.method).join(', ');
  return new AdminError('METHOD_NOT_ALLOWED', `${path} is served with ${allowed}, not ${method}`);
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

/** Never fewer than members behind the first, whatever the JSON. */
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
