import { ControlPlane, type ControlPlaneOptions } from '../../../src/mock-service/control-plane/index.js';
import { AdvanceableClock } from '../../../src/mock-service/kit/clock.js';
import { EventHub } from '../../../src/mock-service/kit/events.js';
import { cryptoRandom } from '../../../src/mock-service/kit/random.js';
import type { Notification } from '../../../src/mock-service/tunnels/index.js';
import { TunnelRegistry, type TunnelRegistryOptions } from '../../../src/mock-service/tunnels/registry.js';
import { TunnelActions } from '../../../src/mock-service/tunnels/tunnel-actions.js';

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A control plane without a socket, on a clock that stands still. */
export function controlPlane(
  options: Partial<ControlPlaneOptions> & { limits?: Partial<TunnelRegistryOptions> } = {},
) {
  const clock = new AdvanceableClock({ frozen: true, startAt: NOW });
  const random = cryptoRandom();
  const registry = new TunnelRegistry({
    clock,
    events: new EventHub(() => clock.now()),
    random,
    region: 'us-east-1',
    accountId: '123456789012',
    ...options.limits,
  });
  const told: Notification[] = [];
  const actions = new TunnelActions(registry, (notification) => told.push(notification));
  const plane = new ControlPlane({
    registry,
    actions,
    random,
    region: 'us-east-1',
    accountId: '123456789012',
    ...options,
  });

  const request = (headers: Record<string, string>, body: string | Buffer, url = '/', method = 'POST') =>
    plane.answer({ method, url, headers, body: Buffer.from(body) });

  /** Calls an operation; the answer's JSON, whatever its status. */
  const call = (operation: string, input: unknown = {}, headers: Record<string, string> = {}) => {
    const target = {
      'x-amz-target': `IoTSecuredTunneling.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
    };
    const response = request({ ...target, ...headers }, JSON.stringify(input));
    return { ...response, json: JSON.parse(response.body) };
  };
  return { clock, registry, actions, plane, request, call, told };
}

export type Called = ReturnType<ReturnType<typeof controlPlane>['call']>;

/** The error of an answer as both SDKs (header) and the CLI (body) read it; they must agree. */
export function errorOf(answer: Called): string {
  if (answer.json.__type !== answer.headers['x-amzn-errortype']) {
    throw new Error(`body says ${answer.json.__type}, header says ${answer.headers['x-amzn-errortype']}`);
  }
  return `${answer.status} ${answer.json.__type}: ${answer.json.message}`;
}
