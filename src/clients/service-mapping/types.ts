/** A local address: TCP, or a Unix-domain socket (destinations only). */
export type LocalAddress =
  | { readonly host: string | undefined; readonly port: number }
  | { readonly path: string };

/** The addresses of services. The key '' is a bare entry, for the tunnel's only service. */
export type ServiceMapping = ReadonlyMap<string, LocalAddress>;

/** An address as text for people. */
export function labelOf(address: LocalAddress): string {
  if ('path' in address) return address.path;
  const host = address.host ?? '127.0.0.1';
  return host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`;
}

/** A service as text for people. */
export function serviceLabel(service: string): string {
  return service === '' ? 'the only service' : `service ${service}`;
}
