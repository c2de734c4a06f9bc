import { describe, expect, it } from 'vitest';
import { controlPlane } from './setup.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

describe('STS', () => {
  it('says who the caller is', () => {
    const { status, body, headers } = controlPlane().request(
      FORM,
      'Action=GetCallerIdentity&Version=2011-06-15',
    );
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/xml');
    expect(body).toContain('<Account>123456789012</Account>');
    expect(body).toContain('<Arn>arn:aws:iam::123456789012:root</Arn>');
    expect(body).toContain(`<RequestId>${headers['x-amzn-requestid']}</RequestId>`);
  });

  it('refuses another action, and repeats it harmlessly', () => {
    const { status, body } = controlPlane().request(FORM, `Action=${encodeURIComponent('<Get>&\u0000')}`);
    expect(status).toBe(400);
    expect(body).toContain('<Code>InvalidAction</Code>');
    expect(body).toContain('operation &lt;Get&gt;&amp;;');
  });
});

describe('the endpoint for devices', () => {
  const ask = (host: string, url: string, method = 'GET') => {
    const { status, headers, body } = controlPlane().request({ host }, '', url, method);
    return { status, error: headers['x-amzn-errortype'], json: JSON.parse(body) };
  };

  it.each([
    ['localhost:8443', 'localhost'],
    ['127.0.0.2:8443', '127.0.0.2'],
    ['[::1]:8443', '[::1]'],
    ['testbed.example', 'testbed.example'],
    ['iot.eu-west-1.amazonaws.com', 'localhost'],
  ])('asked at %s is %s', (host, endpointAddress) => {
    expect(ask(host, '/endpoint?endpointType=iot:Data-ATS')).toMatchObject({
      status: 200,
      json: { endpointAddress },
    });
    expect(ask(host, '/endpoint')).toMatchObject({ status: 200, json: { endpointAddress } });
  });

  it('is refused for a type that IoT does not have, and by another method', () => {
    expect(ask('localhost', '/endpoint?endpointType=x')).toMatchObject({
      status: 400,
      error: 'InvalidRequestException',
      json: { message: expect.stringContaining("'x'") },
    });
    expect(ask('localhost', '/endpoint', 'POST')).toMatchObject({ status: 405 });
  });
});

describe('things', () => {
  const things =
    (plane = controlPlane()) =>
    (method: string, url: string, body = '') => {
      const {
        status,
        headers,
        body: answered,
      } = plane.request({ 'content-type': 'application/json' }, body, url, method);
      return { status, error: headers['x-amzn-errortype'], json: JSON.parse(answered) };
    };

  it('are made, shown, listed and removed', () => {
    const call = things();
    const attributes = { colour: 'red' };
    const made = call('POST', '/things/lamp', JSON.stringify({ attributePayload: { attributes } }));
    expect(made.json).toMatchObject({
      thingName: 'lamp',
      thingArn: 'arn:aws:iot:us-east-1:123456789012:thing/lamp',
    });
    expect(call('GET', '/things/lamp').json).toMatchObject({
      thingName: 'lamp',
      defaultClientId: 'lamp',
      attributes,
      thingId: made.json.thingId,
      version: 1,
    });
    expect(call('DELETE', '/things/lamp')).toMatchObject({ status: 200, json: {} });
    expect(call('GET', '/things/lamp')).toMatchObject({ status: 404, error: 'ResourceNotFoundException' });
    expect(call('DELETE', '/things/lamp').status).toBe(200);
  });

  it('made twice alike are one, made twice otherwise a conflict', () => {
    const call = things();
    const { json } = call('POST', '/things/lamp');
    expect(call('POST', '/things/lamp').json).toEqual(json);
    const other = call('POST', '/things/lamp', '{"attributePayload":{"attributes":{"a":"b"}}}');
    expect(other).toMatchObject({ status: 409, error: 'ResourceAlreadyExistsException' });
  });

  it('are listed page by page', () => {
    const call = things();
    for (let i = 0; i < 5; i += 1) call('POST', `/things/t${i}`);
    const first = call('GET', '/things?maxResults=3').json;
    const second = call('GET', `/things?maxResults=3&nextToken=${first.nextToken}`).json;
    const names = [...first.things, ...second.things].map((thing) => thing.thingName);
    expect(names).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(second).not.toHaveProperty('nextToken');
  });

  it.each([
    ['POST', '/things/a%20b', 400, 'ValidationException'],
    ['GET', '/things/%ff', 400, 'ValidationException'],
    ['GET', '/things/a/b', 404, 'NotFoundException'],
    ['POST', '/things', 404, 'NotFoundException'],
    ['PUT', '/things/a', 405, 'MethodNotAllowedException'],
    ['GET', '/things?maxResults=0', 400, 'InvalidRequestException'],
  ])('%s %s is refused', (method, url, status, error) => {
    expect(things()(method, url)).toMatchObject({ status, error });
  });
});
