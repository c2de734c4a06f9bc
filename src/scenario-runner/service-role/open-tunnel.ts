import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** The two access tokens of a tunnel. */
export interface TunnelTokens {
  readonly source: string;
  readonly destination: string;
}

/** A way to open a tunnel at the service under test. */
export type OpenTunnel = (services: readonly string[]) => Promise<TunnelTokens>;

/** No tunnel could be opened. That is not a fault of the data plane, so it never counts against a service. `code` is stable. */
export class OpenTunnelError extends Error {
  override readonly name = 'OpenTunnelError';
  readonly code = 'TUNNEL_NOT_OPENED';
}

const ANSWER_MS = 10_000;
const LONGEST_ANSWER = 64 * 1024;

/**
 * Opens tunnels by AWS JSON 1.1 at the control plane, without a signature. The service must not check signatures.
 * @param url `http://host:port` or `https://host:port`
 * @param ca PEM of a CA to trust
 * @param thingName the thing that each tunnel is opened for, where it has services: a service may take no other tunnels
 */
export function openTunnelByAwsJson(
  url: string,
  ca?: string,
  { thingName }: { readonly thingName?: string } = {},
): OpenTunnel {
  return async (services) => {
    const destinationConfig = { services, ...(thingName !== undefined && { thingName }) };
    const body = JSON.stringify(services.length > 0 ? { destinationConfig } : {});
    const { status, text } = await post(url, body, ca).catch((error: NodeJS.ErrnoException) => {
      throw new OpenTunnelError(`OpenTunnel at ${url} failed: ${error.message}${hintFor(error.code)}`);
    });
    if (status !== 200)
      throw new OpenTunnelError(`OpenTunnel at ${url} answered ${status}: ${text.slice(0, 200)}`);
    return tokensIn(text, `OpenTunnel at ${url}`);
  };
}

/** Reads the tokens from an answer of OpenTunnel, or from the output of a program. */
export function tokensIn(text: string, from: string): TunnelTokens {
  let answer: { sourceAccessToken?: unknown; destinationAccessToken?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    throw new OpenTunnelError(`${from} did not give JSON`);
  }
  const { sourceAccessToken, destinationAccessToken } = answer ?? {};
  if (typeof sourceAccessToken !== 'string' || typeof destinationAccessToken !== 'string') {
    throw new OpenTunnelError(`${from} did not give sourceAccessToken and destinationAccessToken`);
  }
  return { source: sourceAccessToken, destination: destinationAccessToken };
}

function post(url: string, body: string, ca: string | undefined): Promise<{ status: number; text: string }> {
  const options = {
    method: 'POST',
    timeout: ANSWER_MS,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': Buffer.byteLength(body),
      'x-amz-target': 'IoTSecuredTunneling.OpenTunnel',
    },
  };
  return new Promise((resolve, reject) => {
    const asked = url.startsWith('https:')
      ? tlsRequest(url, { ...options, ...(ca !== undefined && { ca }) })
      : plainRequest(url, options);
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (text.length < LONGEST_ANSWER) text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.end(body);
  });
}

const DISTRUST = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Says what to do about an error of a connection. */
export function hintFor(code: string | undefined): string {
  if (code === undefined) return '';
  if (DISTRUST.has(code)) return '; give its CA with --ca';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return '; ask by the name that is in its certificate';
  return code === 'ECONNREFUSED' ? '; does it listen there?' : '';
}
