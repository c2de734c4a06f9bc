import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { ClientError, reasonOf } from '../errors.js';

/** Whom to trust besides the well-known authorities. */
export interface TrustOptions {
  /** PEM file of further authorities. */
  readonly caFile?: string;
  /** Directory of PEM files; their names need not be hashes. */
  readonly caDir?: string;
}

const PEM_CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;

/**
 * The trust for TLS to the service: Node's authorities, those given, and those that OpenSSL's own variables name
 * (SSL_CERT_FILE, SSL_CERT_DIR), which the reference local proxy honours and Node by default does not.
 * @throws {ClientError} CA_UNREADABLE where one that was given cannot be read.
 */
export function loadTrust(options: TrustOptions, environment: NodeJS.ProcessEnv): SecureContext {
  const extra: string[] = [];
  if (options.caFile !== undefined) extra.push(readAuthority(options.caFile, 'ca'));
  if (options.caDir !== undefined) extra.push(...readDirectory(options.caDir, 'caDir'));
  if (environment.SSL_CERT_FILE) extra.push(readAuthority(environment.SSL_CERT_FILE, 'SSL_CERT_FILE'));
  if (environment.SSL_CERT_DIR) extra.push(...readDirectory(environment.SSL_CERT_DIR, 'SSL_CERT_DIR'));
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(extra.length > 0 && { ca: [...rootCertificates, ...extra] }),
    });
  } catch (error) {
    const paths = [options.caFile, options.caDir].filter((path) => path !== undefined).join(', ');
    throw new ClientError(
      'CA_UNREADABLE',
      `ca '${paths}' does not hold sound certificates: ${reasonOf(error)}`,
    );
  }
}

function readAuthority(path: string, option: string): string {
  const pem = attempt(option, path, () => readFileSync(path, 'utf8'));
  if (!PEM_CERTIFICATE.test(pem)) {
    throw new ClientError('CA_UNREADABLE', `${option} '${path}' holds no PEM certificate: give a PEM file`);
  }
  return pem;
}

function readDirectory(path: string, option: string): string[] {
  const entries = attempt(option, path, () => readdirSync(path, { withFileTypes: true }));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      attempt(option, join(path, entry.name), () => readFileSync(join(path, entry.name), 'utf8')),
    )
    .filter((text) => PEM_CERTIFICATE.test(text) && !text.includes('PRIVATE KEY'));
}

function attempt<T>(option: string, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const what = `${option} '${path}' cannot be read: ${reasonOf(error)}; give a readable PEM file or directory`;
    throw new ClientError('CA_UNREADABLE', what, { cause: error });
  }
}
