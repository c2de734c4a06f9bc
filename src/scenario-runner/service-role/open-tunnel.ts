/** The two access tokens of a tunnel. */
export interface TunnelTokens {
  readonly source: string;
  readonly destination: string;
}

/** How a tunnel is opened at the service under test. */
export type OpenTunnel = (services: readonly string[]) => Promise<TunnelTokens>;

/**
 * Opens tunnels by the control plane's AWS JSON 1.1, unsigned: for a service that does not check signatures.
 * @param url `http://host:port` or `https://host:port`
 */
export function openTunnelByAwsJson(url: string): OpenTunnel {
  return async (services) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'IoTSecuredTunneling.OpenTunnel',
      },
      body: JSON.stringify(services.length > 0 ? { destinationConfig: { services } } : {}),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`OpenTunnel at ${url} answered ${response.status}: ${text.slice(0, 200)}`);
    const { sourceAccessToken, destinationAccessToken } = JSON.parse(text) as Record<string, string>;
    if (sourceAccessToken === undefined || destinationAccessToken === undefined) {
      throw new Error(`OpenTunnel at ${url} gave no access tokens`);
    }
    return { source: sourceAccessToken, destination: destinationAccessToken };
  };
}
