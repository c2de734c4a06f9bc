/** One request to the control plane, as an SDK sends it. */
export interface Operation {
  readonly name: string;
  readonly body: string;
}

/** A server's answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** It names a region, as the header of real clients does. The service checks signatures only if asked to. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/IoTSecuredTunneling/aws4_request, ' +
  `SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`;

export function requestFor({ name, body }: Operation) {
  return {
    method: 'POST' as const,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `IoTSecuredTunneling.${name}`,
      'x-amz-date': '20260101T000000Z',
      authorization: AUTHORIZATION,
    },
    body,
  };
}

/** Headers that Node's HTTP server writes itself. */
const OWN_TO_HTTP = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);

/** Runs an operation once. */
export async function call(port: number, operation: Operation): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/`, requestFor(operation));
  const body = await response.text();
  if (!response.ok) throw new Error(`${operation.name} answered ${response.status}: ${body}`);
  const headers = [...response.headers].filter(([name]) => !OWN_TO_HTTP.has(name));
  return { status: response.status, headers: Object.fromEntries(headers), body };
}

const OPEN: Operation = {
  name: 'OpenTunnel',
  body: JSON.stringify({
    description: 'bench',
    destinationConfig: { thingName: 'device-1', services: ['SSH'] },
  }),
};

/** The operations for a service with this port. DescribeTunnel opens a tunnel first. */
export const operations: Readonly<Record<string, (port: number) => Promise<Operation>>> = {
  OpenTunnel: async () => OPEN,
  DescribeTunnel: async (port) => {
    const { tunnelId } = JSON.parse((await call(port, OPEN)).body) as { tunnelId: string };
    return { name: 'DescribeTunnel', body: JSON.stringify({ tunnelId }) };
  },
};
