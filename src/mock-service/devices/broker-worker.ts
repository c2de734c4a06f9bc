import { parentPort, workerData } from 'node:worker_threads';
import { openAuthority } from '../certificates/index.js';
import { ServiceError } from '../kit/index.js';
import type { Notification } from '../tunnels/index.js';
import type { ClientCertificateRule } from './client-certificate.js';
import { startEmbeddedBroker } from './embedded-broker.js';

/*
 * The thread of the embedded broker. The broker is a library that gets input from every device. If an input crashes it,
 * only this thread ends, not the service.
 */

/** The data that the thread is started with. */
export interface BrokerPlace {
  readonly host: string;
  readonly port: number;
  /** Folder of the certificate authority. */
  readonly stateDir: string;
  readonly handshakeTimeoutMs: number;
  readonly clientCertificate: ClientCertificateRule;
  readonly advertise: readonly string[];
  readonly allowOrigins: readonly string[] | undefined;
}

export type ToBroker =
  | { readonly kind: 'publish'; readonly id: number; readonly notification: Notification }
  | { readonly kind: 'close' };

export type FromBroker =
  | { readonly kind: 'listening'; readonly host: string; readonly port: number }
  | { readonly kind: 'cannot-listen'; readonly reason: string }
  | { readonly kind: 'published'; readonly id: number; readonly problem?: string };

const service = parentPort!;
const tell = (message: FromBroker): void => service.postMessage(message);

const { stateDir, ...place } = workerData as BrokerPlace;
try {
  const broker = await startEmbeddedBroker({ ...place, authority: await openAuthority(stateDir) });
  service.on('message', (message: ToBroker) => {
    if (message.kind === 'close') {
      void broker.close().then(() => service.close());
      return;
    }
    const { id } = message;
    broker.publish(message.notification).then(
      () => tell({ kind: 'published', id }),
      (error: Error) => tell({ kind: 'published', id, problem: error.message }),
    );
  });
  tell({ kind: 'listening', host: broker.host, port: broker.port });
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  tell({ kind: 'cannot-listen', reason: error.message });
}
