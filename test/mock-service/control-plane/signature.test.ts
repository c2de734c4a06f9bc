import { describe, expect, it } from 'vitest';
import { asApiError } from '../../../src/mock-service/control-plane/errors.js';
import { signedRegion } from '../../../src/mock-service/control-plane/signature/credential-scope.js';
import { verifySignature } from '../../../src/mock-service/control-plane/signature/verify.js';

/** The worked example of AWS's signing guide (ListUsers of IAM, 30 August 2015), with its published signature. */
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const AT = Date.UTC(2015, 7, 30, 12, 36, 0);
const SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
const authorization = (
  changed: { key?: string; service?: string; signed?: string; signature?: string } = {},
) =>
  `AWS4-HMAC-SHA256 Credential=${changed.key ?? KEYS.accessKeyId}/20150830/us-east-1/${changed.service ?? 'iam'}/aws4_request, ` +
  `SignedHeaders=${changed.signed ?? 'content-type;host;x-amz-date'}, Signature=${changed.signature ?? SIGNATURE}`;

const REQUEST = {
  method: 'GET',
  url: '/?Action=ListUsers&Version=2010-05-08',
  headers: {
    authorization: authorization(),
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: 'iam.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
  },
  body: Buffer.alloc(0),
};

function verdict(
  headers: object = {},
  { keys = KEYS as object, now = AT, ...request }: Record<string, unknown> = {},
) {
  try {
    const signed = { ...REQUEST, ...request, headers: { ...REQUEST.headers, ...headers } };
    verifySignature(signed, keys as typeof KEYS, ['iam'], now as number);
    return 'verified';
  } catch (error) {
    const { status, code } = asApiError(error);
    return `${status} ${code}`;
  }
}

describe('a required signature', () => {
  it('is verified as AWS published it, up to five minutes from its time', () => {
    expect(verdict()).toBe('verified');
    expect(verdict({}, { now: AT + 300_000 })).toBe('verified');
    expect(verdict({}, { now: AT - 300_000 })).toBe('verified');
  });

  it.each([
    ['is missing', { authorization: undefined }, {}, '403 MissingAuthenticationTokenException'],
    ['is of another scheme', { authorization: 'Basic dTpw' }, {}, '403 IncompleteSignatureException'],
    [
      'is cut off',
      { authorization: authorization({ signature: 'abc' }) },
      {},
      '403 IncompleteSignatureException',
    ],
    [
      'leaves the host out',
      { authorization: authorization({ signed: 'x-amz-date' }) },
      {},
      '403 IncompleteSignatureException',
    ],
    ['has no date', { 'x-amz-date': undefined }, {}, '403 IncompleteSignatureException'],
    [
      'has another day than its scope',
      { 'x-amz-date': '20150831T123600Z' },
      {},
      '403 IncompleteSignatureException',
    ],
    ['is over five minutes old', {}, { now: AT + 300_001 }, '403 InvalidSignatureException'],
    [
      'is by another key',
      { authorization: authorization({ key: 'AKIDOTHER' }) },
      {},
      '403 UnrecognizedClientException',
    ],
    [
      'lacks the session token',
      {},
      { keys: { ...KEYS, sessionToken: 't' } },
      '403 UnrecognizedClientException',
    ],
    [
      'has a session token nobody asked for',
      { 'x-amz-security-token': 't' },
      {},
      '403 UnrecognizedClientException',
    ],
    [
      'is for another service',
      { authorization: authorization({ service: 's3' }) },
      {},
      '403 InvalidSignatureException',
    ],
    [
      'is by another secret',
      {},
      { keys: { ...KEYS, secretAccessKey: 'other' } },
      '403 InvalidSignatureException',
    ],
    ['covers another body', {}, { body: Buffer.from('x') }, '403 InvalidSignatureException'],
    [
      'covers another query',
      {},
      { url: '/?Action=DeleteUser&Version=2010-05-08' },
      '403 InvalidSignatureException',
    ],
    [
      'covers another path',
      {},
      { url: '/things?Action=ListUsers&Version=2010-05-08' },
      '403 InvalidSignatureException',
    ],
    ['covers another host', { host: 'sts.amazonaws.com' }, {}, '403 InvalidSignatureException'],
    ['covers a header that is gone', { 'content-type': undefined }, {}, '403 InvalidSignatureException'],
  ])('that %s is refused', (_name, headers, options, expected) => {
    expect(verdict(headers, options)).toBe(expected);
  });

  it('covers the query in any order and the header with any spaces', () => {
    expect(verdict({ host: ' iam.amazonaws.com ' }, { url: '/?Version=2010-05-08&Action=ListUsers' })).toBe(
      'verified',
    );
  });
});

describe('the region of a request', () => {
  it.each([
    [authorization(), 'us-east-1'],
    [undefined, undefined],
    ['Bearer x', undefined],
    [
      'AWS4-HMAC-SHA256 Credential=A/20150830/../iam/aws4_request, SignedHeaders=host, Signature=0',
      undefined,
    ],
  ])('%s → %s', (header, region) => {
    expect(signedRegion(header)).toBe(region);
  });
});
