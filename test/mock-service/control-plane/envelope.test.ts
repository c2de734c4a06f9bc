import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlPlane } from './setup.js';

const JSON_TYPE = 'application/x-amz-json-1.1';
const LIST = { 'x-amz-target': 'IoTSecuredTunneling.ListTunnels', 'content-type': JSON_TYPE };

describe('the envelope', () => {
  it('gives every answer a request id of its own and the content type', () => {
    const { request } = controlPlane();
    const answers = [
      request(LIST, '{}'),
      request(LIST, '{'),
      request({}, '{}'),
      request({}, '', '/things', 'GET'),
    ];
    const ids = answers.map(({ headers }) => headers['x-amzn-requestid']);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-f-]{36}$/.test(id ?? ''))).toBe(true);
    expect(answers[0]?.headers['content-type']).toBe(JSON_TYPE);
  });

  it.each([
    ['no target', {}],
    ['another operation', { 'x-amz-target': 'IoTSecuredTunneling.Reboot' }],
    ['another service', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }],
    ['a property of every object', { 'x-amz-target': 'IoTSecuredTunneling.constructor' }],
  ])('refuses %s as UnknownOperationException', (_name, headers) => {
    const {
      status,
      body,
      headers: answered,
    } = controlPlane().request({ ...LIST, 'x-amz-target': '', ...headers }, '{}');
    expect(status).toBe(400);
    expect(JSON.parse(body).__type).toBe('UnknownOperationException');
    expect(answered['x-amzn-errortype']).toBe('UnknownOperationException');
  });

  it.each(['', 'application/json', 'text/plain', 'application/x-amz-json-1.0'])(
    'refuses content type %j',
    (type) => {
      const { status, body } = controlPlane().request({ ...LIST, 'content-type': type }, '{}');
      expect(status).toBe(415);
      expect(JSON.parse(body)).toMatchObject({ __type: 'UnsupportedMediaTypeException' });
      expect(JSON.parse(body).message).toContain(JSON_TYPE);
    },
  );

  it.each([`${JSON_TYPE}; charset=utf-8`, JSON_TYPE.toUpperCase()])('takes content type %j', (type) => {
    expect(controlPlane().request({ ...LIST, 'content-type': type }, '').status).toBe(200);
  });

  it.each([
    ['cut off', '{"maxResults":'],
    ['no object', '[]'],
    ['null', 'null'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['deeply nested', '['.repeat(400_000)],
  ])('refuses a body that is %s as SerializationException', (_name, body) => {
    const answer = controlPlane().request(LIST, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).__type).toBe('SerializationException');
  });

  it('answers any body with an answer of the API, never with a failure of its own', () => {
    const { call } = controlPlane();
    const operations = fc.constantFrom(
      'OpenTunnel',
      'CloseTunnel',
      'ListTunnels',
      'TagResource',
      'RotateTunnelAccessToken',
    );
    const member = fc.constantFrom(
      'tunnelId',
      'tags',
      'resourceArn',
      'clientMode',
      'destinationConfig',
      'nextToken',
      '__proto__',
    );
    fc.assert(
      fc.property(operations, fc.dictionary(member, fc.jsonValue()), (operation, input) => {
        expect(call(operation, input).status).toBeLessThan(500);
      }),
    );
  });
});
