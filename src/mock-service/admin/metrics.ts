import { Counter, Gauge, Registry } from 'prom-client';
import type { DataPlane } from '../data-plane/index.js';
import type { FaultRegistry } from '../faults/index.js';
import type { EventHub } from '../kit/index.js';
import type { TunnelRegistry } from '../tunnels/index.js';

interface Sources {
  readonly events: EventHub;
  readonly registry: TunnelRegistry;
  readonly dataPlane: DataPlane;
  readonly faults: FaultRegistry;
}

/** Counters and gauges for Prometheus. Gauges are computed when they are asked for. Frames are not counted. */
export class Metrics {
  readonly #registry = new Registry();

  constructor({ events, registry, dataPlane, faults }: Sources) {
    const opened = this.#counter('tunnels_opened_total', 'Tunnels that were opened');
    const closed = this.#counter('tunnels_closed_total', 'Tunnels that were closed', ['cause']);
    const connected = this.#counter('sessions_connected_total', 'Handshakes that succeeded', ['side']);
    const lost = this.#counter('sessions_lost_total', 'Connections that ended', ['side', 'code']);
    const rejected = this.#counter('handshakes_rejected_total', 'Handshakes that failed', ['status']);
    const streams = this.#counter('streams_started_total', 'Streams that were started', ['format']);
    const broken = this.#counter('rules_broken_total', 'Rules that clients broke', ['rule', 'action']);
    events.on('tunnel-opened', () => opened.inc());
    events.on('tunnel-closed', ({ cause }) => closed.inc({ cause }));
    events.on('side-connected', ({ side }) => connected.inc({ side }));
    events.on('side-lost', ({ side, code }) => lost.inc({ side, code }));
    events.on('handshake-rejected', ({ status }) => rejected.inc({ status }));
    events.on('stream-started', ({ format }) => streams.inc({ format }));
    events.on('rule-broken', ({ rule, action }) => broken.inc({ rule, action }));
    const open = () => registry.list().filter(({ status }) => status === 'OPEN');
    this.#gauge('tunnels_open', 'Tunnels that are open', () => registry.openCount);
    this.#gauge('sessions', 'Sides that are connected', () => dataPlane.sessions().length);
    this.#gauge('streams', 'Streams that are live', () =>
      open().reduce((sum, { streams }) => sum + streams.liveStreams().length, 0),
    );
    this.#gauge('faults', 'Faults that are installed', () => faults.list().length);
  }

  /** Prometheus' text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: `tunnel_testbed_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `tunnel_testbed_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
