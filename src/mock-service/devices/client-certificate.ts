import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { ServiceError } from '../kit/index.js';
import type { TlsRole } from '../port/index.js';

/** What the broker wants of a device's certificate: it may show one, must show any, or one that these authorities signed. */
export type ClientCertificateRule = 'optional' | 'required' | { readonly signedBy: string };

/**
 * Reads the option `mqttClientCert`.
 * @param option `optional`, `required`, or a PEM file of authorities.
 * @throws {ServiceError} INVALID_OPTION.
 */
export function clientCertificateRule(option: string): ClientCertificateRule {
  if (option === 'optional' || option === 'required') return option;
  let signedBy: string;
  try {
    signedBy = readFileSync(option, 'utf8');
  } catch (error) {
    throw invalid(option, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!signedBy.includes('-----BEGIN CERTIFICATE-----')) throw invalid(option, 'holds no certificate in PEM');
  return { signedBy };
}

function invalid(option: string, what: string): ServiceError {
  const choices =
    "give 'optional', 'required' or a PEM file of the authority that signs devices' certificates";
  return new ServiceError(
    'INVALID_OPTION',
    `Option 'mqttClientCert' is not valid: '${option}' ${what}; ${choices}`,
  );
}

/** What TLS asks for. That one is there at all is looked at by {@link isAdmitted}: TLS would look at who signed it, too. */
export function askedByTls(rule: ClientCertificateRule): TlsRole['clientCertificate'] {
  return typeof rule === 'string' ? 'any' : rule;
}

/** Whether a device may join with what it showed. Without TLS it can show nothing. */
export function isAdmitted(rule: ClientCertificateRule, connection: Duplex): boolean {
  if (rule === 'optional') return true;
  if (!(connection instanceof TLSSocket)) return false;
  // TLS has refused those that the authorities did not sign.
  return rule !== 'required' || connection.getPeerX509Certificate() !== undefined;
}
