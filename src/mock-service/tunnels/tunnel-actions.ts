import type { Side } from '../../protocol/index.js';
import type { OpenTunnelInput } from './open-input.js';
import type { OpenedTunnel, RotatedTokens, RotateInput, TunnelRegistry } from './registry.js';
import type { Tunnel } from './tunnel.js';

/** The message to a device: a destination access token for services of a tunnel (docs/protocol.md#telling-the-device). */
export interface Notification {
  readonly thingName: string;
  /** The destination's access token. */
  readonly clientAccessToken: string;
  readonly region: string;
  readonly services: readonly string[];
}

/** Sends a notification to a device. It must neither throw nor block. */
export type NotifyDevice = (notification: Notification, tunnelId: string) => void;

/** A new destination: which device is notified after a rotation, and for which services. */
export interface DestinationConfig {
  /** Default: the tunnel's own thing. */
  readonly thingName?: string | undefined;
  readonly services: readonly string[];
}

/** Opens and rotates tunnels for the APIs and the library. The registry acts first, then the device is notified. */
export class TunnelActions {
  readonly #registry: TunnelRegistry;
  readonly #notify: NotifyDevice;

  constructor(registry: TunnelRegistry, notify: NotifyDevice = () => {}) {
    this.#registry = registry;
    this.#notify = notify;
  }

  /** @throws {ServiceError} as {@link TunnelRegistry.open}. */
  open(input: OpenTunnelInput = {}): OpenedTunnel {
    const opened = this.#registry.open(input);
    this.#tell(opened.tunnel, opened.destinationAccessToken);
    return opened;
  }

  /**
   * Rotates tokens. The device is notified only if the destination's token was rotated and `destination` is given.
   * @throws {ServiceError} as {@link TunnelRegistry.rotate}.
   */
  rotate(
    id: string,
    sides: readonly Side[],
    destination?: DestinationConfig,
    given: Pick<RotateInput, 'sourceAccessToken' | 'destinationAccessToken'> = {},
  ): RotatedTokens {
    const rotated = this.#registry.rotate(id, sides, { ...given, ...destination });
    const tunnel = this.#registry.get(id);
    const token = rotated.destinationAccessToken;
    if (tunnel !== undefined && token !== undefined && destination !== undefined) this.#tell(tunnel, token);
    return rotated;
  }

  #tell({ id, region, thingName, services }: Tunnel, clientAccessToken: string): void {
    if (thingName === undefined) return;
    this.#notify({ thingName, clientAccessToken, region, services }, id);
  }
}
