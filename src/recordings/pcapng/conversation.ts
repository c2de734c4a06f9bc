import { ethernetPacket, type Host, TcpFlag } from './packet.js';

/** Takes a finished packet. */
export type OnPacket = (packet: Buffer, comment: string | undefined) => void;

/** The usual segment size on Ethernet: 1500 bytes minus the headers of IPv4 and TCP. */
const SEGMENT_BYTES = 1460;

interface End {
  readonly host: Host;
  /** The sequence number of this end's next byte. */
  next: number;
}

/** A synthesised TCP connection. It makes the packets that a real connection would have had. */
export class Conversation {
  readonly #client: End;
  readonly #service: End;
  readonly #onPacket: OnPacket;
  #packets = 0;

  /** Both ends start at the sequence number 1000, because that is easy to read. */
  constructor(client: Host, service: Host, onPacket: OnPacket) {
    this.#client = { host: client, next: 1000 };
    this.#service = { host: service, next: 1000 };
    this.#onPacket = onPacket;
  }

  open(): void {
    this.#packet(this.#client, TcpFlag.SYN, new Uint8Array(0), 'no-ack');
    this.#client.next++;
    this.#packet(this.#service, TcpFlag.SYN | TcpFlag.ACK);
    this.#service.next++;
    this.#packet(this.#client, TcpFlag.ACK);
  }

  /** Sends bytes from one end; the other end acknowledges them. The first packet gets the comment. */
  send(from: 'client' | 'service', bytes: Uint8Array, comment?: string): void {
    const end = from === 'client' ? this.#client : this.#service;
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const piece = bytes.subarray(at, at + SEGMENT_BYTES);
      const isLast = at + SEGMENT_BYTES >= bytes.length;
      const flags = TcpFlag.ACK | (isLast ? TcpFlag.PSH : 0);
      this.#packet(end, flags, piece, 'ack', at === 0 ? comment : undefined);
      end.next += piece.length;
    }
    this.#packet(this.#otherThan(end), TcpFlag.ACK);
  }

  close(first: 'client' | 'service'): void {
    const end = first === 'client' ? this.#client : this.#service;
    const other = this.#otherThan(end);
    this.#packet(end, TcpFlag.FIN | TcpFlag.ACK);
    end.next++;
    this.#packet(other, TcpFlag.FIN | TcpFlag.ACK);
    other.next++;
    this.#packet(end, TcpFlag.ACK);
  }

  #otherThan(end: End): End {
    return end === this.#client ? this.#service : this.#client;
  }

  #packet(
    from: End,
    flags: number,
    payload: Uint8Array = new Uint8Array(0),
    ack: 'ack' | 'no-ack' = 'ack',
    comment?: string,
  ): void {
    const to = this.#otherThan(from);
    const acknowledgement = ack === 'ack' ? to.next : 0;
    const id = this.#packets++;
    const segment = {
      from: from.host,
      to: to.host,
      sequence: from.next,
      acknowledgement,
      flags,
      payload,
      id,
    };
    this.#onPacket(ethernetPacket(segment), comment);
  }
}
