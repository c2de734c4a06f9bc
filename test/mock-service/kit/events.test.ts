import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { EventHub } from '../../../src/mock-service/kit/index.js';

const frame = { tunnelId: 't', from: 'source' as const, channelId: 'c', frame: new Uint8Array(2) };

describe('the events of the service', () => {
  it('reach listeners of their name and of everything, with the time', () => {
    const hub = new EventHub(() => 42);
    const named = vi.fn();
    const all = vi.fn();
    hub.on('tunnel-closed', named);
    hub.on('*', all);
    hub.emit('tunnel-closed', { tunnelId: 't', cause: 'expired' });
    hub.emit('tokens-rotated', { tunnelId: 't', sides: ['source'] });
    expect(named.mock.calls).toEqual([[{ event: 'tunnel-closed', at: 42, tunnelId: 't', cause: 'expired' }]]);
    expect(all).toHaveBeenCalledTimes(2);
  });

  it('stop reaching a listener that has stopped listening', () => {
    const hub = new EventHub(() => 0);
    const listener = vi.fn();
    const stop = hub.on('tunnel-closed', listener);
    stop();
    hub.emit('tunnel-closed', { tunnelId: 't', cause: 'closed' });
    expect(listener).not.toHaveBeenCalled();
  });

  it('name relayed frames only to those who asked for them', () => {
    const hub = new EventHub(() => 0);
    const all = vi.fn();
    hub.on('*', all);
    expect(hub.wants('frame-relayed')).toBe(false);
    hub.emit('frame-relayed', frame);
    expect(all).not.toHaveBeenCalled();
    hub.on('frame-relayed', all);
    expect(hub.wants('frame-relayed')).toBe(true);
  });

  it('are not disturbed by a listener that throws; the process is warned', async () => {
    const hub = new EventHub(() => 0);
    const second = vi.fn();
    hub.on('tunnel-closed', () => {
      throw new Error('broken listener');
    });
    hub.on('tunnel-closed', second);
    const warned = once(process, 'warning', { signal: AbortSignal.timeout(5000) });
    hub.emit('tunnel-closed', { tunnelId: 't', cause: 'closed' });
    expect(second).toHaveBeenCalledTimes(1);
    const [warning] = await warned;
    expect(warning).toMatchObject({ message: 'broken listener' });
  });
});
