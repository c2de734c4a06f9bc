import { createHash } from 'node:crypto';
import type { WholeRequest } from '../../http/index.js';

/** The canonical request of SigV4, with the given headers. Undefined if the request lacks one of them. */
export function canonicalRequest(
  request: WholeRequest,
  signedHeaders: readonly string[],
): string | undefined {
  const headers: string[] = [];
  for (const name of signedHeaders) {
    const value = request.headers[name];
    if (value === undefined) return undefined;
    headers.push(`${name}:${[value].flat().join(',').trim().replace(/ +/g, ' ')}\n`);
  }
  const [path = '/', query = ''] = splitOnce(request.url, '?');
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** For the signature, the path is URL-encoded once more than it was sent. All AWS services except S3 do so. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const [name = '', value = ''] = splitOnce(pair, '=');
    return `${encode(decode(name))}=${encode(decode(value))}`;
  });
  return pairs.sort().join('&');
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
