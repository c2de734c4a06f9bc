// @peculiar/x509 uses decorators that need this polyfill. It must be imported first.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { furtherNames, isPermitted, nameConstraints } from './name-constraints.js';

/** A private key (PKCS #8) and its certificate, both in PEM. */
export interface KeyAndCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** A CA that can sign. */
export interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** Apple's clients refuse leaves that live longer than 825 days. */
const LEAF_LIFE_MS = 800 * DAY_MS;
const AUTHORITY_LIFE_MS = 365 * DAY_MS;
/** An authority that ends within this time is replaced when the service starts. */
const RENEWED_BEFORE_MS = 30 * DAY_MS;
/** Certificates are valid from one day ago, because the clocks of devices may be behind. */
const BACKDATED_MS = DAY_MS;

x509.cryptoProvider.set(globalThis.crypto);

/**
 * Makes a new CA.
 * @param names host names and addresses that it may vouch for, besides this machine and the names of AWS.
 * @param former an older CA. The new CA gets its name and key, so that each CA also vouches for the leaves of the other.
 */
export async function issueAuthority(
  names: readonly string[],
  former?: KeyAndCertificate,
): Promise<KeyAndCertificate> {
  const keys = former === undefined ? await generateKeys() : await keysOf(former);
  const fresh = `CN=tunnel-testbed CA ${randomSerial().slice(0, 8)}, O=tunnel-testbed (test only)`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: former === undefined ? fresh : new x509.X509Certificate(former.certificatePem).subject,
    serialNumber: randomSerial(),
    notBefore: new Date(Date.now() - BACKDATED_MS),
    notAfter: new Date(Date.now() + AUTHORITY_LIFE_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      nameConstraints(names),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(keys.privateKey, certificate);
}

/** The names and addresses that an authority may vouch for, besides this machine and the names of AWS. */
export function namesOf({ certificatePem }: KeyAndCertificate): readonly string[] {
  return furtherNames(new x509.X509Certificate(certificatePem)) ?? [];
}

/** Why an authority is replaced. */
export interface Renewal {
  readonly reason: string;
  /** Whether the new authority can keep the key. */
  readonly keepsKey: boolean;
}

/** Why an authority that has to vouch for `names` must be replaced; undefined if it need not be. */
export function reasonToRenew(
  { certificatePem }: KeyAndCertificate,
  names: readonly string[],
): Renewal | undefined {
  const certificate = new x509.X509Certificate(certificatePem);
  const permitted = furtherNames(certificate);
  if (permitted === undefined) return { reason: 'it may vouch for any name', keepsKey: false };
  if (certificate.notAfter.getTime() - Date.now() <= RENEWED_BEFORE_MS) {
    return { reason: `it ends on ${certificate.notAfter.toISOString().slice(0, 10)}`, keepsKey: false };
  }
  const missing = names.find((name) => !isPermitted(name, permitted));
  return missing === undefined ? undefined : { reason: `it may not vouch for ${missing}`, keepsKey: true };
}

/** Restores a CA from its PEM texts. */
export async function restoreAuthority(ca: KeyAndCertificate): Promise<Issuer> {
  const { privateKey } = await keysOf(ca);
  return { certificate: new x509.X509Certificate(ca.certificatePem), privateKey };
}

async function keysOf(ca: KeyAndCertificate): Promise<webcrypto.CryptoKeyPair> {
  const der = x509.PemConverter.decodeFirst(ca.keyPem);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
  const publicKey = await new x509.X509Certificate(ca.certificatePem).publicKey.export(ALGORITHM, ['verify']);
  return { privateKey, publicKey };
}

/** What may differ from a usual leaf. */
export interface LeafOptions {
  /** The service's own names, besides `serverName`. A client that connects to an address sends no server name. */
  readonly own?: readonly string[];
  /** Default: `serverName`, `own` and the loopback names. A client reaches a forwarded port by the loopback names. */
  readonly names?: readonly string[];
  /** Milliseconds since 1970. Default: one day ago. */
  readonly notBefore?: number;
  /** Milliseconds since 1970. Default: in 800 days. */
  readonly notAfter?: number;
}

/** Issues a leaf for one server name. */
export async function issueLeaf(
  issuer: Issuer,
  serverName: string,
  {
    own = [],
    names = [...new Set([serverName, 'localhost', '127.0.0.1', '::1', ...own])],
    notBefore = Date.now() - BACKDATED_MS,
    notAfter = Date.now() + LEAF_LIFE_MS,
  }: LeafOptions = {},
): Promise<KeyAndCertificate> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    // A common name holds at most 64 characters. Clients check the alternative names.
    subject: [{ CN: [(names[0] ?? serverName).slice(0, 64)] }],
    issuer: issuer.certificate.subject,
    serialNumber: randomSerial(),
    notBefore: new Date(notBefore),
    notAfter: new Date(Math.min(notAfter, issuer.certificate.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: issuer.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    ],
  });
  return toPem(keys.privateKey, certificate);
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function toPem(
  key: webcrypto.CryptoKey,
  certificate: x509.X509Certificate,
): Promise<KeyAndCertificate> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return {
    keyPem: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
  };
}

/** 16 random bytes in hex, positive and without a leading zero byte. */
function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
