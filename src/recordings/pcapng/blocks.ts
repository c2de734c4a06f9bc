// Blocks of a pcapng file (draft-ietf-opsawg-pcapng). They are little-endian and padded to 32 bits. Each has its length
// at both ends.

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const OPT_END = 0;
const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;

/** The start of every file: a section of unknown length. */
export function sectionHeader(application: string): Buffer {
  const fixed = Buffer.alloc(16);
  fixed.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  fixed.writeUInt16LE(1, 4); // version 1.0
  fixed.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, Buffer.concat([fixed, options([[SHB_USERAPPL, application]])]));
}

/** The only interface: Ethernet, times in microseconds, packets of any length. */
export function interfaceDescription(): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(LINKTYPE_ETHERNET, 0);
  return block(INTERFACE_DESCRIPTION, fixed);
}

/** A packet of the first interface. */
export function enhancedPacket(packet: Buffer, atMicroseconds: bigint, comment: string | undefined): Buffer {
  const fixed = Buffer.alloc(20);
  fixed.writeUInt32LE(Number(atMicroseconds >> 32n), 4);
  fixed.writeUInt32LE(Number(atMicroseconds & 0xffff_ffffn), 8);
  fixed.writeUInt32LE(packet.length, 12);
  fixed.writeUInt32LE(packet.length, 16);
  const notes = comment === undefined ? Buffer.alloc(0) : options([[OPT_COMMENT, comment]]);
  return block(ENHANCED_PACKET, Buffer.concat([fixed, padded(packet), notes]));
}

function options(list: readonly (readonly [code: number, text: string])[]): Buffer {
  const parts = list.flatMap(([code, text]) => {
    const value = Buffer.from(text).subarray(0, 0xfffc);
    const head = Buffer.alloc(4);
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(value.length, 2);
    return [head, padded(value)];
  });
  const end = Buffer.alloc(4);
  end.writeUInt16LE(OPT_END, 0);
  return Buffer.concat([...parts, end]);
}

function block(type: number, body: Buffer): Buffer {
  const length = body.length + 12;
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, body, tail]);
}

function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
