/** The address of the service, and the files to trust it. */
export interface ServiceLocation {
  /** host:port */
  readonly endpoint: string;
  readonly region: string;
  /** Path of the service's CA certificate, in PEM. */
  readonly caPath: string;
  /** Path of the file with the system's root certificates and the service's CA, in PEM. */
  readonly bundlePath: string;
}

/**
 * Environment variables that lead AWS CLI, SDKs, curl and local proxies to the service. Newer AWS programs use the
 * endpoint variables. All others use HTTPS_PROXY; the service answers it only for the AWS tunneling, IoT and STS hosts.
 */
export function serviceVariables(location: ServiceLocation): ReadonlyMap<string, string> {
  const { endpoint, region, caPath, bundlePath } = location;
  const url = `https://${endpoint}`;
  // Requests to the endpoint itself bypass the proxy: as a proxy, the service answers only for AWS's names.
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
    // By default the service checks no signatures, but the programs refuse to run without keys to sign with.
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

/** Lines for a shell that set the variables. */
export function linesFor(shell: Shell, variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => LINE[shell](name, value)).join('\n');
}

const LINE: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  bash: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
};
