import { hostname } from 'node:os';

const LOOPBACK_OF: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * The names for a service's certificate that follow from the address that it listens on. Clients reach a service that
 * listens on every address by the name of the machine. `--advertise` adds further names.
 */
export function namesOfHost(host: string): readonly string[] {
  return [LOOPBACK_OF.has(host) ? hostname() : host];
}

/** The address at which programs on this machine reach a service that listens on `address`. */
export function addressHere(address: string): string {
  return LOOPBACK_OF.get(address) ?? address;
}
