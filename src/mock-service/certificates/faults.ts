import {
  type Issuer,
  issueAuthority,
  issueLeaf,
  type KeyAndCertificate,
  type LeafOptions,
  restoreAuthority,
} from './issue.js';

/**
 * Why a client must not trust a certificate (H13): it comes from a CA that the client does not trust, is for another name
 * than the client asked for, has expired, or is not valid yet.
 */
export const CERTIFICATE_FAULTS = ['another-ca', 'another-name', 'expired', 'not-yet-valid'] as const;
export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number];

const DAY_MS = 86_400_000;
/** A name that the authority may vouch for, but that no client asks for. */
const NOBODY = 'another-name.localhost';

/** A leaf with exactly this fault, followed by the certificate of its CA. */
export async function faultyLeaf(
  fault: CertificateFault,
  issuer: Issuer,
  serverName: string,
): Promise<KeyAndCertificate> {
  const now = Date.now();
  const of = async (from: Issuer, options: LeafOptions = {}): Promise<KeyAndCertificate> => {
    const { keyPem, certificatePem } = await issueLeaf(from, serverName, options);
    return { keyPem, certificatePem: `${certificatePem}${from.certificate.toString('pem')}\n` };
  };
  switch (fault) {
    case 'another-ca':
      return of(await restoreAuthority(await issueAuthority([])));
    case 'another-name':
      return of(issuer, { names: [NOBODY] });
    case 'expired':
      return of(issuer, { notBefore: now - 30 * DAY_MS, notAfter: now - DAY_MS });
    case 'not-yet-valid':
      return of(issuer, { notBefore: now + 2 * DAY_MS });
  }
}
