import { describe, expect, it } from 'vitest';
import { parseServiceMapping } from '../../../src/clients/index.js';
import { planServices, planWithoutIds } from '../../../src/clients/service-mapping/index.js';

const entries = (input: Parameters<typeof parseServiceMapping>[0], side: 'source' | 'destination') =>
  Object.fromEntries(parseServiceMapping(input, side));

describe('a service mapping', () => {
  it('is read for a source', () => {
    expect(entries('SSH=5555, HTTP = 127.0.0.1:8080,,x:y_z-1=[::1]:0', 'source')).toEqual({
      SSH: { host: undefined, port: 5555 },
      HTTP: { host: '127.0.0.1', port: 8080 },
      'x:y_z-1': { host: '::1', port: 0 },
    });
    expect(entries('5555', 'source')).toEqual({ '': { host: undefined, port: 5555 } });
    expect(entries(0, 'source')).toEqual({ '': { host: undefined, port: 0 } });
  });

  it('is read for a destination', () => {
    expect(entries('SSH=22,LOG=/run/a=b.sock,DB=db.local:5432', 'destination')).toEqual({
      SSH: { host: undefined, port: 22 },
      LOG: { path: '/run/a=b.sock' },
      DB: { host: 'db.local', port: 5432 },
    });
    expect(entries('/run/a=b.sock', 'destination')).toEqual({ '': { path: '/run/a=b.sock' } });
    expect(entries('localhost:22', 'destination')).toEqual({ '': { host: 'localhost', port: 22 } });
    expect(entries({ SSH: 22 }, 'destination')).toEqual(entries(new Map([['SSH', '22']]), 'destination'));
  });

  it.each([
    ['source', '', 'empty'],
    ['source', 'SSH', 'write a port'],
    ['source', 'SSH=', 'write a port'],
    ['source', '=22', 'service id before ='],
    ['source', 'SSH=65536', 'port'],
    ['source', 'SSH=-1', 'write a port'],
    ['source', 'SSH=/run/x', 'TCP only'],
    ['source', 'SSH=1,SSH=2', 'twice'],
    ['source', 'SSH=1,2', 'single entry'],
    ['source', 'S S=1', 'service id has'],
    ['source', 'SSH=::1:22', 'write a port'],
    ['destination', 'SSH=0', 'port'],
    ['destination', 'SSH=ho st:1', 'write a port'],
  ] as const)('of a %s refuses %j', (side, text, why) => {
    const parse = (): unknown => parseServiceMapping(text, side, '--mapping');
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_MAPPING' }));
    expect(parse).toThrow(/^--mapping/);
    expect(parse).toThrow(why);
  });
});

describe('what is served (S2)', () => {
  const source = (text: string) => parseServiceMapping(text, 'source');

  it('by a source: its entries, and free ports for the rest', () => {
    expect(planServices(source('SSH=5555,VNC=1'), ['SSH', 'HTTP'], 'source')).toEqual([
      { service: 'SSH', name: 'SSH', address: { host: undefined, port: 5555 } },
      { service: 'HTTP', name: 'HTTP', address: { host: undefined, port: 0 } },
    ]);
    expect(planServices(undefined, ['SSH'], 'source')[0]!.address).toEqual({ host: undefined, port: 0 });
  });

  it('by a bare entry: the only service, or a tunnel without any', () => {
    expect(planServices(source('5555'), ['SSH'], 'source')).toMatchObject([
      { service: 'SSH', address: { port: 5555 } },
    ]);
    expect(planServices(source('5555'), [], 'source')).toMatchObject([
      { service: '', address: { port: 5555 } },
    ]);
    expect(() => planServices(source('5555'), ['SSH', 'HTTP'], 'source')).toThrow('SSH=PORT,HTTP=PORT');
  });

  it('by a destination: nothing without an address for each', () => {
    expect(() => planServices(source('SSH=1'), ['SSH', 'HTTP'], 'destination')).toThrow('HTTP=PORT');
    expect(() => planServices(source('VNC=1'), ['SSH'], 'destination')).toThrow('VNC');
    expect(() => planWithoutIds(undefined, 'destination')).toThrow('needs one entry');
  });

  it('in format V1: one entry, whatever its name (X1)', () => {
    expect(planWithoutIds(source('SSH=5555'), 'source')).toMatchObject([{ service: '', name: 'SSH' }]);
    expect(() => planWithoutIds(source('SSH=1,HTTP=2'), 'source')).toThrow('keep one entry');
  });
});
