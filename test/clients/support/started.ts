import { afterEach } from 'vitest';
import {
  type DestinationProxyOptions,
  type SourceProxyOptions,
  startDestinationProxy,
  startSourceProxy,
} from '../../../src/clients/index.js';
import { within } from '../../support/within.js';
import { LocalService } from './applications.js';
import { StandInService } from './stand-in-service.js';

const started: AsyncDisposable[] = [];

afterEach(async () => {
  for (const item of started.splice(0).reverse()) {
    await within(Promise.resolve(item[Symbol.asyncDispose]()), 'a release after the test');
  }
});

/** Releases something after the test. */
export function kept<T extends AsyncDisposable>(item: T): T {
  started.push(item);
  return item;
}

export const TOKEN = 'secret-access-token';

/** A source proxy joined to a scripted service. */
export async function source(
  options: Partial<SourceProxyOptions> = {},
  serviceIds?: readonly string[] | null,
) {
  const service = kept(await StandInService.start(serviceIds));
  const starting = startSourceProxy({
    endpoint: service.endpoint,
    accessToken: TOKEN,
    backoff: { initialDelayMs: 1 },
    ...options,
  });
  const proxy = kept(await within(starting, 'the source proxy'));
  const connection = await service.connection();
  return { service, proxy, connection, port: [...proxy.ports.values()][0]!.port };
}

/** A destination proxy joined to a scripted service, and the local service that it dials for SSH. */
export async function destination(
  options: Partial<DestinationProxyOptions> = {},
  serviceIds?: readonly string[] | null,
) {
  const service = kept(await StandInService.start(serviceIds));
  const local = kept(await LocalService.start());
  const starting = startDestinationProxy({
    endpoint: service.endpoint,
    accessToken: TOKEN,
    services: String(local.port),
    backoff: { initialDelayMs: 1 },
    ...options,
  });
  const proxy = kept(await within(starting, 'the destination proxy'));
  return { service, local, proxy, connection: await service.connection() };
}
