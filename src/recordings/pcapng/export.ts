import { type Side, SUBPROTOCOL_OF } from '../../protocol/index.js';
import { describeEntry } from '../describe-entry.js';
import type { Capture, CapturedEvent, CapturedFrame } from '../reader.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from './blocks.js';
import { Conversation } from './conversation.js';
import type { Host } from './packet.js';
import { binaryMessage, closeMessage, upgrade } from './websocket-bytes.js';

/** A port on which Wireshark looks for HTTP automatically. */
const SERVICE_PORT = 8080;
const FIRST_CLIENT_PORT = 49_152;
const SERVICE: Host = { mac: [2, 0, 0, 0, 0, 1], ip: [10, 0, 0, 1], port: SERVICE_PORT };
const LAST_BYTE: Record<Side, number> = { source: 2, destination: 3 };

/**
 * Turns a capture into a pcapng file. Each WebSocket is a TCP connection, and each frame is a WebSocket message. A
 * comment of the packet describes the frame in words. Source, destination and service are 10.0.0.2, 10.0.0.3 and
 * 10.0.0.1. The packets are synthesised; times, order and tunnel bytes are the recorded ones. Bytes that were left out
 * become zeros.
 */
export function exportPcapng(capture: Capture): Buffer {
  const exporter = new Exporter(Date.parse(capture.header.startedAt), capture.header.service);
  for (const entry of capture.entries) {
    if (entry.kind === 'frame') exporter.frame(entry);
    else exporter.event(entry);
  }
  return exporter.finish();
}

class Exporter {
  readonly #blocks: Buffer[];
  readonly #open = new Map<string, Conversation>();
  readonly #startedAtMs: number;
  #lastMicroseconds = 0n;
  #connections = 0;
  #masks = 0x1d2c3b4a;
  #at = 0;

  constructor(startedAtMs: number, service: string) {
    this.#startedAtMs = startedAtMs;
    this.#blocks = [sectionHeader(service), interfaceDescription()];
  }

  event(entry: CapturedEvent): void {
    this.#at = entry.at;
    const { tunnelId, side, channelId, subprotocol, code, reason } = entry.fields as Record<string, string>;
    if (tunnelId === undefined || (side !== 'source' && side !== 'destination')) return;
    if (entry.event === 'side-connected') this.#connect(tunnelId, side, subprotocol, channelId);
    if (entry.event === 'side-lost' || entry.event === 'side-replaced') {
      this.#end(`${tunnelId} ${side}`, Number(code ?? 1008), reason ?? '');
    }
  }

  frame(entry: CapturedFrame): void {
    this.#at = entry.at;
    const { tunnelId, side, direction } = entry;
    const from = direction === 'received' ? 'client' : 'service';
    const bytes = entry.bytes ?? new Uint8Array(entry.rawBytes ?? 0);
    // A capture may start in the middle of a session.
    const conversation = this.#open.get(`${tunnelId} ${side}`) ?? this.#connect(tunnelId, side);
    this.#masks = (Math.imul(this.#masks, 0x41c6_4e6d) + 12_345) | 0;
    conversation.send(from, binaryMessage(bytes, from, this.#masks), describeEntry(entry));
  }

  finish(): Buffer {
    return Buffer.concat(this.#blocks);
  }

  #connect(
    tunnelId: string,
    side: Side,
    subprotocol: string = SUBPROTOCOL_OF.V3,
    channelId = 'not-recorded',
  ): Conversation {
    const last = LAST_BYTE[side];
    const port = FIRST_CLIENT_PORT + (this.#connections++ % 16_000);
    const client: Host = { mac: [2, 0, 0, 0, 0, last], ip: [10, 0, 0, last], port };
    const conversation = new Conversation(client, SERVICE, (packet, comment) =>
      this.#packet(packet, comment),
    );
    const { request, response } = upgrade(side, subprotocol, channelId);
    conversation.open();
    conversation.send('client', request, `tunnel ${tunnelId}: ${side} connects`);
    conversation.send('service', response);
    this.#open.set(`${tunnelId} ${side}`, conversation);
    return conversation;
  }

  #end(key: string, code: number, reason: string): void {
    const conversation = this.#open.get(key);
    if (conversation === undefined) return;
    this.#open.delete(key);
    // 1005 and 1006 are never sent: there was no close frame, or a close frame without a code.
    if (code !== 1005 && code !== 1006) conversation.send('service', closeMessage(code, reason));
    conversation.close('service');
  }

  /** Adds a packet. Packets with the same time are put a microsecond apart, so that their order is kept. */
  #packet(packet: Buffer, comment: string | undefined): void {
    const at = BigInt(Math.round((this.#startedAtMs + this.#at) * 1000));
    this.#lastMicroseconds = at > this.#lastMicroseconds ? at : this.#lastMicroseconds + 1n;
    this.#blocks.push(enhancedPacket(packet, this.#lastMicroseconds, comment));
  }
}
