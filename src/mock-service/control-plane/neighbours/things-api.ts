import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { partitionOf } from '../../../protocol/index.js';
import { type Answer, pathOf, type WholeRequest } from '../../http/index.js';
import type { Api, ApiContext } from '../api.js';
import { ApiError } from '../errors.js';
import { readJson } from '../read-json.js';
import { thingName } from '../shapes.js';
import { map, text, validate } from '../validation.js';
import { restJson } from './rest-json.js';
import { MAX_THINGS, type Thing } from './thing-store.js';

const DEFAULT_PAGE = 25;
const MAX_PAGE = 250;
/** AWS's quota of attributes for a thing that has a type. */
const MAX_ATTRIBUTES = 50;

const createInput = z.object({
  thingTypeName: thingName.optional(),
  attributePayload: z
    .object({ attributes: map(z.string().max(128), text({ max: 800 }), MAX_ATTRIBUTES).optional() })
    .optional(),
});

/** The things of AWS IoT in REST-JSON: CreateThing, DescribeThing, DeleteThing, ListThings. */
export const thingsApi: Api = {
  signingNames: ['iot', 'execute-api'],

  answer(request: WholeRequest, context: ApiContext): Answer {
    const { method } = request;
    const path = pathOf(request.url);
    if (path === '/things' && method === 'GET') return answer(context, listThings(request, context));
    const name = nameIn(path);
    if (method === 'POST') return answer(context, createThing(name, request, context));
    if (method === 'GET') return answer(context, describeThing(name, context));
    if (method === 'DELETE') {
      context.things.delete(name);
      return answer(context, {});
    }
    throw new ApiError(
      'MethodNotAllowedException',
      `${method} ${path} is not allowed; use GET, POST or DELETE`,
      405,
    );
  },

  refuse({ code, message, status }: ApiError, requestId: string): Answer {
    // Unlike tunneling, IoT answers errors with the matching HTTP status.
    const response = restJson(status, requestId, { message });
    return { ...response, headers: { ...response.headers, 'x-amzn-errortype': code } };
  },
};

function createThing(name: string, request: WholeRequest, context: ApiContext): object {
  const { thingTypeName, attributePayload } = validate(createInput, readJson(request.body));
  const attributes = attributePayload?.attributes ?? {};
  const known = context.things.get(name);
  const same = known?.thingTypeName === thingTypeName && isDeepStrictEqual(known?.attributes, attributes);
  if (known !== undefined && !same) {
    const what = `Thing ${name} already exists in account with different tags, type or attributes`;
    throw new ApiError('ResourceAlreadyExistsException', what, 409);
  }
  if (known === undefined && context.things.size >= MAX_THINGS) {
    throw new ApiError('ThrottlingException', `There are ${MAX_THINGS} things already; delete some`, 429);
  }
  const thing = known ?? { thingName: name, thingId: randomUUID(), thingTypeName, attributes };
  context.things.put(thing);
  return { thingName: name, thingArn: arnOf(thing, context), thingId: thing.thingId };
}

function describeThing(name: string, context: ApiContext): object {
  const thing = context.things.get(name);
  if (thing === undefined) {
    throw new ApiError('ResourceNotFoundException', `Thing ${name} cannot be found.`, 404);
  }
  return { defaultClientId: name, thingId: thing.thingId, ...listed(thing, context) };
}

function listThings(request: WholeRequest, context: ApiContext): object {
  const query = new URLSearchParams(request.url.slice('/things'.length));
  const size = Number(query.get('maxResults') ?? DEFAULT_PAGE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw new ApiError('InvalidRequestException', `maxResults must be a whole number from 1 to ${MAX_PAGE}`);
  }
  const after = Buffer.from(query.get('nextToken') ?? '', 'base64url').toString();
  // One more tells whether there are any.
  const rest = context.things.list(after, size + 1);
  const page = rest.slice(0, size);
  const last = page.at(-1)?.thingName ?? '';
  return {
    things: page.map((thing) => listed(thing, context)),
    ...(rest.length > page.length && { nextToken: Buffer.from(last).toString('base64url') }),
  };
}

function listed(thing: Thing, context: ApiContext): object {
  const { thingName: name, thingTypeName, attributes } = thing;
  return { thingName: name, thingTypeName, thingArn: arnOf(thing, context), attributes, version: 1 };
}

function arnOf(thing: Thing, { region, accountId }: ApiContext): string {
  return `arn:${partitionOf(region).name}:iot:${region}:${accountId}:thing/${thing.thingName}`;
}

function nameIn(path: string): string {
  const name = /^\/things\/([^/]+)$/.exec(path)?.[1];
  if (name === undefined)
    throw new ApiError('NotFoundException', `There is nothing at ${path.slice(0, 140)}`, 404);
  return validate(z.object({ thingName }), { thingName: decoded(name) }).thingName;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function answer({ requestId }: ApiContext, body: object): Answer {
  return restJson(200, requestId, body);
}
