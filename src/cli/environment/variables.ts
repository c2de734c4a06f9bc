/** Where the service is, and how it is trusted. */
export interface ServiceLocation {
  /** host:port */
  readonly endpoint: string;
  readonly region: string;
  /** The service's CA, PEM. */
  readonly caPath: string;
  /** The system's roots and the service's CA, PEM. */
  readonly bundlePath: string;
}

/**
 * Environment that leads AWS CLI, SDKs, curl and local proxies to the service: newer AWS programs by endpoint, all
 * others by HTTPS_PROXY, which the service answers for the AWS tunneling, IoT and STS hosts and for no others.
 */
export function serviceVariables(location: ServiceLocation): ReadonlyMap<string, string> {
  const { endpoint, region, caPath, bundlePath } = location;
  const url = `https://${endpoint}`;
  // What is asked by the endpoint goes there directly: as a proxy the service answers for AWS's names alone.
  const direct = [...new Set([...LOOPBACK, hostOf(endpoint)])].join(',');
  return new Map([
    ['AWS_ENDPOINT_URL_IOTSECURETUNNELING', url],
    ['AWS_ENDPOINT_URL_IOT', url],
    ['AWS_ENDPOINT_URL_STS', url],
    ['HTTPS_PROXY', `http://${endpoint}`],
    ['https_proxy', `http://${endpoint}`],
    ['NO_PROXY', direct],
    ['no_proxy', direct],
    ['SSL_CERT_FILE', bundlePath],
    ['CURL_CA_BUNDLE', bundlePath],
    ['AWS_CA_BUNDLE', bundlePath],
    ['NODE_EXTRA_CA_CERTS', caPath],
    // The service checks no signature unless asked, but the programs insist on having something to sign with.
    ['AWS_ACCESS_KEY_ID', 'test'],
    ['AWS_SECRET_ACCESS_KEY', 'test'],
    ['AWS_REGION', region],
    ['AWS_DEFAULT_REGION', region],
    ['AWS_EC2_METADATA_DISABLED', 'true'],
  ]);
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

function hostOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

export const SHELLS = ['bash', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** Lines to paste into a shell. */
export function linesFor(shell: Shell, variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => LINE[shell](name, value)).join('\n');
}

const LINE: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  bash: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
};
