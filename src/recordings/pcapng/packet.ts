/** One end of a synthesised connection. */
export interface Host {
  readonly mac: readonly number[];
  readonly ip: readonly number[];
  readonly port: number;
}

export const TcpFlag = { FIN: 1, SYN: 2, PSH: 8, ACK: 16 } as const;

export interface Segment {
  readonly from: Host;
  readonly to: Host;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** The identification field of IPv4. */
  readonly id: number;
}

const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const TCP_BYTES = 20;

/** A TCP segment in IPv4 in Ethernet, with correct checksums. */
export function ethernetPacket({ from, to, sequence, acknowledgement, flags, payload, id }: Segment): Buffer {
  const packet = Buffer.alloc(ETHERNET_BYTES + IPV4_BYTES + TCP_BYTES + payload.length);
  packet.set(to.mac, 0);
  packet.set(from.mac, 6);
  packet.writeUInt16BE(ETHERTYPE_IPV4, 12);

  const ip = packet.subarray(ETHERNET_BYTES, ETHERNET_BYTES + IPV4_BYTES);
  ip.writeUInt8(0x45, 0); // version 4, five words
  ip.writeUInt16BE(IPV4_BYTES + TCP_BYTES + payload.length, 2);
  ip.writeUInt16BE(id & 0xffff, 4);
  ip.writeUInt16BE(0x4000, 6); // do not fragment
  ip.writeUInt8(64, 8);
  ip.writeUInt8(PROTOCOL_TCP, 9);
  ip.set(from.ip, 12);
  ip.set(to.ip, 16);
  ip.writeUInt16BE(checksum([ip]), 10);

  const tcp = packet.subarray(ETHERNET_BYTES + IPV4_BYTES);
  tcp.writeUInt16BE(from.port, 0);
  tcp.writeUInt16BE(to.port, 2);
  tcp.writeUInt32BE(sequence >>> 0, 4);
  tcp.writeUInt32BE(acknowledgement >>> 0, 8);
  tcp.writeUInt8((TCP_BYTES / 4) << 4, 12);
  tcp.writeUInt8(flags, 13);
  tcp.writeUInt16BE(0xffff, 14);
  tcp.set(payload, TCP_BYTES);
  tcp.writeUInt16BE(checksum([pseudoHeader(from, to, tcp.length), tcp]), 16);
  return packet;
}

function pseudoHeader(from: Host, to: Host, tcpBytes: number): Buffer {
  const header = Buffer.from([...from.ip, ...to.ip, 0, PROTOCOL_TCP, 0, 0]);
  header.writeUInt16BE(tcpBytes, 10);
  return header;
}

/** The Internet checksum (RFC 1071). All parts except the last must have an even length. */
function checksum(parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += (part[at]! << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
