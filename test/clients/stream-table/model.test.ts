import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type DestinationActions,
  DestinationTable,
  SourceTable,
} from '../../../src/clients/stream-table/index.js';
import { type Message, type MessageFormat, MessageType, message } from '../../../src/protocol/index.js';
import { anyMessage } from '../../support/arbitraries.js';

/**
 * What must hold after any sequence of events: a connection is delivered to only between its beginning and its one
 * close, and nothing is sent in the name of a stream that is not there.
 */
class Invariants implements DestinationActions {
  readonly live = new Set<Connection>();
  readonly sent: Message[] = [];
  failed = 0;

  send(sent: Message): void {
    this.sent.push(sent);
  }
  deliver(connection: Connection): void {
    if (!this.live.has(connection)) throw new Error('Delivered to a connection that is not live');
  }
  close(connection: Connection): void {
    // A local close takes a connection out first, and may be followed by one close.
    this.live.delete(connection);
  }
  dial(connection: Connection): void {
    this.live.add(connection);
  }
  failSession(): void {
    this.failed++;
  }
  note(): void {}
}

const format = fc.constantFrom<MessageFormat>('V1', 'V2', 'V3');
const near = fc.record({
  type: fc.constantFrom(...Object.values(MessageType), 99),
  streamId: fc.constantFrom(0, 1, 2, 3, -1),
  serviceId: fc.constantFrom('', 'SSH', 'HTTP', 'VNC'),
  connectionId: fc.constantFrom(0, 1, 2, 3),
  ignorable: fc.boolean(),
  payload: fc.constantFrom(new Uint8Array(0), new Uint8Array(3)),
});
const anyEvent = fc.oneof(
  { weight: 8, arbitrary: near.map((fields) => ({ kind: 'receive' as const, received: message(fields) })) },
  { weight: 1, arbitrary: anyMessage.map((received) => ({ kind: 'receive' as const, received })) },
  { weight: 3, arbitrary: fc.nat().map((pick) => ({ kind: 'local' as const, pick })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('SSH', 'HTTP').map((service) => ({ kind: 'open' as const, service })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'lost' as const }, { kind: 'malformed' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'ids' as const }) },
);

function pickLive(actions: Invariants, pick: number): Connection | undefined {
  return [...actions.live][pick % Math.max(1, actions.live.size)];
}

describe('a stream table, whatever happens', () => {
  it('of a destination keeps its live connections and the table one', () => {
    fc.assert(
      fc.property(format, fc.array(anyEvent, { maxLength: 60 }), fc.boolean(), (mine, events, fails) => {
        const actions = new Invariants();
        const table = new DestinationTable(mine, actions);
        for (const event of events) {
          const before = actions.sent.length;
          if (event.kind === 'receive') table.receive(event.received);
          else if (event.kind === 'lost') table.sessionLost();
          else if (event.kind === 'malformed') table.malformed();
          else if (event.kind === 'ids') table.setServices(['SSH', 'HTTP']);
          else if (event.kind === 'local') {
            const connection = pickLive(actions, event.pick);
            if (connection !== undefined) {
              actions.live.delete(connection);
              if (fails) table.dialFailed(connection);
              else table.localClosed(connection);
              expect(table.isLive(connection)).toBe(false);
            }
          }
          for (const connection of actions.live) expect(table.isLive(connection)).toBe(true);
          if (event.kind === 'lost') expect(actions.live.size).toBe(0);
          for (const { type, streamId } of actions.sent.slice(before)) {
            // M4, M5, M2: what a destination may send.
            expect([MessageType.STREAM_RESET, MessageType.CONNECTION_RESET]).toContain(type);
            expect(streamId).not.toBe(0);
            if (mine !== 'V3') expect(type).toBe(MessageType.STREAM_RESET);
          }
        }
        expect(actions.failed).toBe(0);
      }),
    );
  });

  it('of a source keeps its live connections and the table one', () => {
    fc.assert(
      fc.property(format, fc.array(anyEvent, { maxLength: 60 }), (mine, events) => {
        const actions = new Invariants();
        let next = 1;
        const table = new SourceTable(mine, actions, () => next++);
        for (const event of events) {
          if (event.kind === 'receive') table.receive(event.received);
          else if (event.kind === 'lost') table.sessionLost();
          else if (event.kind === 'malformed') table.malformed();
          else if (event.kind === 'ids') table.setServices(['SSH', 'HTTP']);
          else if (event.kind === 'open') actions.dial(table.open(mine === 'V1' ? '' : event.service));
          else {
            const connection = pickLive(actions, event.pick);
            if (connection !== undefined) {
              actions.live.delete(connection);
              table.localClosed(connection);
            }
          }
          for (const connection of actions.live) expect(table.isLive(connection)).toBe(true);
          if (event.kind === 'lost') expect(actions.live.size).toBe(0);
        }
        for (const { type, serviceId, connectionId, streamId } of actions.sent) {
          expect(streamId).not.toBe(0);
          expect(type).not.toBe(MessageType.SESSION_RESET);
          if (mine === 'V1') expect(serviceId).toBe('');
          if (mine !== 'V3') expect(connectionId).toBe(0);
        }
      }),
    );
  });

  it('joined to the other side, agrees with it on what is live', () => {
    const step = fc.oneof(
      fc.constantFrom('SSH', 'HTTP').map((service) => ({ kind: 'open' as const, service })),
      fc.record({ kind: fc.constantFrom('near' as const, 'far' as const), pick: fc.nat() }),
    );
    fc.assert(
      fc.property(format, format, fc.array(step, { maxLength: 40 }), (from, to, steps) => {
        const near = new Invariants();
        const far = new Invariants();
        let next = 1;
        const source = new SourceTable(from, near, () => next++);
        const destination = new DestinationTable(to, far);
        source.setServices(['SSH', 'HTTP']);
        destination.setServices(['SSH', 'HTTP']);
        const relay = (): void => {
          while (near.sent.length + far.sent.length > 0) {
            for (const sent of near.sent.splice(0)) destination.receive(sent);
            for (const sent of far.sent.splice(0)) source.receive(sent);
          }
        };
        for (const { kind, ...detail } of steps) {
          if ('service' in detail) {
            const one = from === 'V1' || to === 'V1';
            near.dial(source.open(from === 'V1' ? '' : one ? 'SSH' : detail.service));
          } else {
            const actions = kind === 'near' ? near : far;
            const connection = pickLive(actions, detail.pick);
            if (connection !== undefined) {
              actions.live.delete(connection);
              (kind === 'near' ? source : destination).localClosed(connection);
            }
          }
          relay();
          const oneEach = from !== 'V3' || to === 'V3';
          if (oneEach) expect(far.live.size).toBe(near.live.size);
        }
      }),
    );
  });
});
