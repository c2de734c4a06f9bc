import type { StartRequest } from './adapter.js';
import { type ClientDefinition, DefinitionError } from './definition.js';

/** The spelling of {mappings}. */
export type MappingSpelling = ClientDefinition['mapping'];

/** The placeholders of a command line, and their values in this run. */
export function placeholders(spelling: MappingSpelling, request: StartRequest): ReadonlyMap<string, string> {
  const { host, port } = request.service;
  const endpoint = `${host}:${port}`;
  const first = request.services[0] ?? '';
  const own = request.ports.get(first) ?? [...request.ports.values()][0];
  const address = own === undefined ? '' : `${own.host}:${own.port}`;
  return new Map([
    ['endpoint', endpoint],
    ['host', host],
    ['port', String(port)],
    ['scheme', request.scheme],
    ['url', `${request.scheme}://${endpoint}`],
    ['token', request.accessToken],
    ['clientToken', request.clientToken ?? ''],
    ['ca', request.caPath],
    ['caDir', request.caDir],
    ['service', first],
    ['services', request.services.join(',')],
    ['mode', request.role],
    ['version', request.version],
    ['versionNumber', request.version.slice(1)],
    ['listen', String(own?.port ?? '')],
    ['listenHost', own?.host ?? ''],
    ['target', address],
    ['targetHost', own?.host ?? ''],
    ['targetPort', String(own?.port ?? '')],
    ['mappings', mappings(spelling, request)],
  ]);
}

/** The mapping of services to ports, in the client's spelling. A source gets ports, a destination gets addresses. */
function mappings({ each, single, separator }: MappingSpelling, request: StartRequest): string {
  const spell = (template: string, service: string): string => {
    const { host, port } = request.ports.get(service) ?? { host: '127.0.0.1', port: 0 };
    const address = request.role === 'source' ? String(port) : `${host}:${port}`;
    const values = new Map([
      ['service', service],
      ['host', host],
      ['port', String(port)],
      ['address', address],
    ]);
    return fill(template, values);
  };
  if (request.services.length === 0) return spell(single, '');
  return request.services.map((service) => spell(each, service)).join(separator);
}

/** Replaces `{name}`. An unknown name is an error, because the client would get it unchanged. */
export function fill(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value !== undefined) return value;
    const known = [...values.keys()].map((key) => `{${key}}`).join(' ');
    throw new DefinitionError(`Unknown placeholder {${name}} in '${template}'; known are ${known}`);
  });
}
