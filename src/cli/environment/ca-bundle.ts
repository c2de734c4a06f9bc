import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { UsageError } from '../errors.js';

/** Where systems keep their trusted roots in one file: Debian, Red Hat, SUSE, macOS and Alpine. */
const SYSTEM_ROOTS = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Writes the system's roots and the service's CA into one file beside the CA, for programs whose setting replaces
 * the roots instead of adding to them (SSL_CERT_FILE). Returns its path.
 * @throws {UsageError} where the CA is not there.
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
      `the service's CA is not at '${path}'; start 'tunnel-testbed serve' once, or name the file with --ca`,
    );
  }
}

function systemRoots(): string {
  for (const path of SYSTEM_ROOTS) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Another system; the next path.
    }
  }
  return rootCertificates.join('\n');
}
