import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls';
import type { Certificates } from '../certificates/index.js';

/** H13: the guides say 1.1, in practice it is 1.2. */
const OLDEST_TLS = 'TLSv1.2';
/** The name on the certificate where the client sends none (an address, or an old client). */
const DEFAULT_SERVER_NAME = 'localhost';

/** What TLS offers and asks of clients: that depends on what a port is for. */
export interface TlsRole {
  /** By ALPN, the preferred one first. A client that offers others only is refused with alert 120. */
  readonly protocols: readonly string[];
  /**
   * `none` is asked for; `any` is asked for, and what comes is not looked at; or it must be there and signed by one of
   * these authorities (PEM).
   */
  readonly clientCertificate: 'none' | 'any' | { readonly signedBy: string };
}

/** Of a port for HTTP. Clients that cannot present a certificate may abort where one is asked for. */
export const HTTP_ROLE: TlsRole = { protocols: ['http/1.1'], clientCertificate: 'none' };

/** What a TLS server is made with. `certificates` is asked at each handshake. */
export async function tlsOptions(role: TlsRole, certificates: () => Certificates): Promise<TlsOptions> {
  const { clientCertificate } = role;
  const asks = clientCertificate !== 'none';
  return {
    ...(await shown(role, certificates())),
    ALPNProtocols: [...role.protocols],
    requestCert: asks,
    // Where any will do, one that nobody signed is no reason to refuse.
    rejectUnauthorized: typeof clientCertificate === 'object',
    SNICallback: (name, done) => {
      contextFor(role, certificates(), name).then(
        (context) => done(null, context),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}

/** The part that a server can be given anew while it runs. */
export async function shown(role: TlsRole, certificates: Certificates) {
  const { keyPem, certificatePem } = await certificates.leaf(DEFAULT_SERVER_NAME);
  return { key: keyPem, cert: certificatePem, minVersion: OLDEST_TLS, ...authoritiesOf(role) } as const;
}

/** What is trusted of clients belongs to the context, so such a role cannot share those that are kept. */
async function contextFor(role: TlsRole, certificates: Certificates, name: string): Promise<SecureContext> {
  if (typeof role.clientCertificate === 'string') return certificates.secureContext(name);
  const { keyPem, certificatePem } = await certificates.leaf(name);
  return createSecureContext({ key: keyPem, cert: certificatePem, ...authoritiesOf(role) });
}

function authoritiesOf({ clientCertificate }: TlsRole): { ca?: string } {
  return typeof clientCertificate === 'string' ? {} : { ca: clientCertificate.signedBy };
}
