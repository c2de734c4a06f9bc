/** A place on this machine: TCP, or a Unix-domain socket (destinations only). */
export type LocalAddress =
  | { readonly host: string | undefined; readonly port: number }
  | { readonly path: string };

/** Which service is where. The key '' is a bare entry, for the tunnel's only service. */
export type ServiceMapping = ReadonlyMap<string, LocalAddress>;

/** As people write an address. */
export function labelOf(address: LocalAddress): string {
  if ('path' in address) return address.path;
  const host = address.host ?? '127.0.0.1';
  return host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`;
}

/** As people name a service. */
export function serviceLabel(service: string): string {
  return service === '' ? 'the only service' : `service ${service}`;
}
