import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { UsageError } from '../errors.js';

/** Files in which systems keep their trusted root certificates: Debian, Red Hat, SUSE, macOS and Alpine. */
const SYSTEM_ROOTS = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Writes the system's root certificates and the service's CA into one file in the CA's folder. Some programs need this,
 * because their setting replaces the roots instead of adding to them (SSL_CERT_FILE). Returns the path of the file.
 * @throws {UsageError} if the CA file does not exist.
 */
export function writeCaBundle(caPath: string): string {
  const ours = readCa(caPath);
  const bundle = join(dirname(caPath), 'ca-bundle.pem');
  const temporary = `${bundle}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(bundle), { recursive: true });
  writeFileSync(temporary, `${systemRoots()}\n${ours}`, { mode: 0o644 });
  renameSync(temporary, bundle);
  return bundle;
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(
      `the service's CA is not at '${path}'; start 'tunnel-testbed serve' once, or give the file with --ca`,
    );
  }
}

function systemRoots(): string {
  for (const path of SYSTEM_ROOTS) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The file does not exist on this system. The next path is tried.
    }
  }
  return rootCertificates.join('\n');
}
