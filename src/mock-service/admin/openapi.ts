import { z } from 'zod';
import { ADMIN_ERRORS, type AdminErrorCode } from './errors.js';
import type { AnswerShape, Route } from './route.js';
import * as schemas from './schemas.js';

const ALWAYS: readonly AdminErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN'];

/** Makes the API's OpenAPI 3.1 document from the routes. */
export function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'tunnel-testbed admin API',
      version,
      description:
        'Lets tests and tools control a running service. For loopback and same-origin requests, or with the admin token.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:8443' }],
    security: [{ adminToken: [] }, {}],
    paths,
    components: {
      securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: jsonSchema(schemas.error) },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const { id, summary, open, body, answers } = route;
  return {
    operationId: id,
    summary,
    ...(open === true && { security: [] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, shape]) => [status, answer(shape)])),
      ...errorAnswers(route),
    },
  };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    const schema = name === 'side' ? jsonSchema(schemas.side) : { type: 'string' };
    return { name, in: 'path', required: true, schema };
  });
}

function queryParameters(query: z.ZodType | undefined): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function answer(shape: AnswerShape): object {
  if (shape === undefined) return { description: 'Done' };
  if (typeof shape === 'string')
    return { description: 'Done', content: { [shape]: { schema: { type: 'string' } } } };
  return { description: 'Done', content: { 'application/json': { schema: jsonSchema(shape) } } };
}

/** One answer for each status. Several errors may share a status. */
function errorAnswers({ open, body, query, errors = [] }: Route): Record<string, object> {
  const codes: AdminErrorCode[] = [...(open === true ? [] : ALWAYS), ...errors];
  if (body !== undefined) codes.push('BAD_JSON', 'INVALID_REQUEST', 'BODY_TOO_LARGE');
  else if (query !== undefined) codes.push('INVALID_REQUEST');
  const described: Record<string, object> = {};
  for (const status of new Set(codes.map((code) => ADMIN_ERRORS[code][0]))) {
    const sharing = codes.filter((code) => ADMIN_ERRORS[code][0] === status);
    described[status] = {
      description: sharing.map((code) => `${code}: ${ADMIN_ERRORS[code][1]}`).join('. '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  return described;
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
