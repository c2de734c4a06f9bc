import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WholeRequest } from '../../http/index.js';
import type { Immutable } from '../../kit/index.js';
import { ApiError } from '../errors.js';
import { canonicalRequest, sha256 } from './canonical-request.js';
import { parseSignatureHeader, type SignatureHeader } from './credential-scope.js';

/** The key pair that requests must be signed with. */
export const keyPairSchema = z.strictObject({
  accessKeyId: z.string().regex(/^\w{1,128}$/, 'must be 1 to 128 letters, digits or _'),
  secretAccessKey: z.string().min(1),
  /** For temporary credentials. Requests must then carry it in `x-amz-security-token`. */
  sessionToken: z.string().min(1).optional(),
});

export type KeyPair = Immutable<z.infer<typeof keyPairSchema>>;

/** AWS accepts a request whose time differs by at most five minutes. */
const MAX_SKEW_MS = 5 * 60 * 1000;
const FORBIDDEN = 403;

/**
 * Verifies a request's SigV4 signature. `now` is the machine's time in milliseconds since the epoch, not that of the
 * service's clock: if a test advances that clock, signatures must not expire.
 * @throws {ApiError} 403 with AWS's name of the error.
 */
export function verifySignature(
  request: WholeRequest,
  keys: KeyPair,
  services: readonly string[],
  now: number,
): void {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw refused(
      'MissingAuthenticationTokenException',
      'Missing Authentication Token: sign the request (SigV4)',
    );
  }
  const header = parseSignatureHeader(authorization);
  if (header === undefined || !header.signedHeaders.includes('host')) {
    const what =
      'Authorization must be AWS4-HMAC-SHA256 with Credential, SignedHeaders (host among them), Signature';
    throw refused('IncompleteSignatureException', what);
  }
  checkKeys(request, header, keys);
  const time = checkTime(request, header, now);
  if (!services.includes(header.service)) {
    const what = `Credential should be scoped to correct service: '${services[0]}', not '${header.service}'`;
    throw refused('InvalidSignatureException', what);
  }
  const canonical = canonicalRequest(request, header.signedHeaders);
  const expected = canonical === undefined ? undefined : sign(header, keys.secretAccessKey, time, canonical);
  if (expected === undefined || !timingSafeEqual(expected, Buffer.from(header.signature, 'hex'))) {
    const what =
      'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method.';
    throw refused('InvalidSignatureException', what);
  }
}

function checkKeys(request: WholeRequest, header: SignatureHeader, keys: KeyPair): void {
  const sameToken = request.headers['x-amz-security-token'] === keys.sessionToken;
  if (header.accessKeyId === keys.accessKeyId && sameToken) return;
  throw refused('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

function checkTime(request: WholeRequest, header: SignatureHeader, now: number): string {
  const time = String(request.headers['x-amz-date'] ?? '');
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time)?.slice(1).map(Number);
  if (parts === undefined || !time.startsWith(header.date)) {
    const what = `x-amz-date must be YYYYMMDD'T'HHMMSS'Z' on the day of the credential scope (${header.date})`;
    throw refused('IncompleteSignatureException', what);
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return time;
  const what = `Signature expired: ${time} is more than 5 minutes from ${new Date(now).toISOString()}`;
  throw refused('InvalidSignatureException', what);
}

function sign(header: SignatureHeader, secret: string, time: string, canonical: string): Buffer {
  const { date, region, service } = header;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'));
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function refused(code: string, message: string): ApiError {
  return new ApiError(code, message, FORBIDDEN);
}
