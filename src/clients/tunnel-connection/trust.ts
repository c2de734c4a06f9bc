import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { ClientError, reasonOf } from '../errors.js';

/** CAs to trust in addition to Node's own. */
export interface TrustOptions {
  /** PEM file of further CAs. */
  readonly caFile?: string;
  /** Directory of PEM files. Their names need not be hashes. */
  readonly caDir?: string;
}

const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/**
 * Loads the CAs for TLS to the service: Node's own, the given ones, and those of OpenSSL's variables SSL_CERT_FILE and
 * SSL_CERT_DIR. The reference local proxy uses these variables, but Node by default does not. The service's certificate
 * is verified (H13) unless the option `insecure` is set.
 * @throws {ClientError} CA_UNREADABLE if a given CA cannot be read.
 */
export function loadTrust(options: TrustOptions, environment: NodeJS.ProcessEnv): SecureContext {
  const extra: string[] = [];
  if (options.caFile !== undefined) extra.push(readAuthority(options.caFile, 'ca'));
  if (options.caDir !== undefined) extra.push(...readDirectory(options.caDir, 'caDir'));
  if (environment.SSL_CERT_FILE) extra.push(readAuthority(environment.SSL_CERT_FILE, 'SSL_CERT_FILE'));
  for (const path of (environment.SSL_CERT_DIR ?? '').split(delimiter)) {
    if (path !== '') extra.push(...readDirectory(path, 'SSL_CERT_DIR'));
  }
  // If CAs are given, Node ignores its own variable NODE_EXTRA_CA_CERTS.
  if (extra.length > 0 && environment.NODE_EXTRA_CA_CERTS) {
    extra.push(readAuthority(environment.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS'));
  }
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(extra.length > 0 && { ca: [...rootCertificates, ...extra] }),
  });
}

function readAuthority(path: string, option: string): string {
  const pem = attempt(option, path, () => readFileSync(path, 'utf8'));
  if (!holdsCertificate(pem)) {
    throw new ClientError('CA_UNREADABLE', `${option} '${path}' holds no valid certificate: give a PEM file`);
  }
  return pem;
}

/**
 * Checks this here, because createSecureContext silently skips text that it cannot parse, and TLS would fail much
 * later.
 */
function holdsCertificate(text: string): boolean {
  if (!text.includes(PEM_CERTIFICATE)) return false;
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

function readDirectory(path: string, option: string): string[] {
  const entries = attempt(option, path, () => readdirSync(path, { withFileTypes: true }));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => readIfPossible(join(path, entry.name)))
    .filter(holdsCertificate);
}

/** A directory of certificates may also hold other files and broken links. */
function readIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function attempt<T>(option: string, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const what = `${option} '${path}' cannot be read: ${reasonOf(error)}; give a readable PEM file or directory`;
    throw new ClientError('CA_UNREADABLE', what, { cause: error });
  }
}
