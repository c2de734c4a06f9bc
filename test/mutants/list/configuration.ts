import type { Message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import { down, SERVICE_IDS } from './vocabulary.js';

const idsOf = ({ availableServiceIds }: Message): readonly string[] => availableServiceIds ?? [];

/** Local proxies that compare their configuration with the tunnel's service ids wrongly. */
export const CONFIGURATION: readonly Mutant[] = [
  {
    id: 'more-configured-deaf',
    breaks: 'stays and serves nothing where the tunnel lacks a service that it is configured for',
    rules: ['S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) => {
        const isWhole = wire.configured.every((id) => id === '' || idsOf(value).includes(id));
        return value.type === SERVICE_IDS && !isWhole ? wire.hang() : value;
      }),
  },
  {
    id: 'bare-port-refused',
    breaks: "gives up where it has a bare port and the tunnel's service a name",
    rules: ['S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        value.type === SERVICE_IDS && wire.configured.includes('') && idsOf(value).length > 0
          ? wire.drop()
          : value,
      ),
  },
  {
    id: 'unmapped-deafens-source',
    breaks: 'stays as a source and serves nothing where the tunnel has a service that it has no port for',
    rules: ['S2'],
    roles: ['source'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) => {
        const isKnown = idsOf(value).every((id) => wire.configured.includes(id));
        return value.type === SERVICE_IDS && !wire.configured.includes('') && !isKnown ? wire.hang() : value;
      }),
  },
  {
    id: 'unmapped-not-listened-for',
    breaks: 'listens as a source only for services that it was given a port for',
    rules: ['S2'],
    roles: ['source'],
    versions: ['V3', 'V2'],
    hooks: (wire) => down((value) => withoutUnmapped(value, wire.configured)),
  },
  {
    id: 'unmapped-goes-to-first',
    breaks: 'hands streams of a service that it has no address for to the first one that it has',
    rules: ['S2'],
    roles: ['destination'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) => {
        const { serviceId } = value;
        const isUnmapped = serviceId !== '' && !wire.configured.includes(serviceId);
        if (isUnmapped && !wire.configured.includes('')) return { ...value, serviceId: wire.configured[0]! };
        return withoutUnmapped(value, wire.configured);
      }),
  },
];

function withoutUnmapped(value: Message, configured: readonly string[]): Message {
  if (value.type !== SERVICE_IDS || configured.includes('')) return value;
  return { ...value, availableServiceIds: idsOf(value).filter((id) => configured.includes(id)) };
}
