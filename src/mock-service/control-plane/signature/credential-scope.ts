/** The fields of an `Authorization: AWS4-HMAC-SHA256 …` header. */
export interface SignatureHeader {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

const ALGORITHM = /^AWS4-HMAC-SHA256\s+/;
const CREDENTIAL = /^([A-Za-z0-9_]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([A-Za-z0-9-]{1,64})\/aws4_request$/;

/** Reads the header. Undefined if it has another scheme or is malformed. */
export function parseSignatureHeader(authorization: string): SignatureHeader | undefined {
  if (!ALGORITHM.test(authorization)) return undefined;
  const parts = new Map<string, string>();
  for (const part of authorization.replace(ALGORITHM, '').split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const credential = CREDENTIAL.exec(parts.get('Credential') ?? '');
  const signedHeaders = parts.get('SignedHeaders')?.split(';') ?? [];
  const signature = parts.get('Signature') ?? '';
  if (credential === null || signedHeaders.length === 0 || !/^[0-9a-f]{64}$/.test(signature))
    return undefined;
  const [, accessKeyId, date, region, service] = credential as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

const SCOPE_REGION = /^AWS4-HMAC-SHA256\s(?:.*?[\s,])??Credential=\w{1,128}\/\d{8}\/([a-z0-9-]{1,64})\//;

/** The region that a request is signed for; undefined if it is not signed. The ARNs of its tunnels get that region. */
export function signedRegion(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : SCOPE_REGION.exec(authorization)?.[1];
}
