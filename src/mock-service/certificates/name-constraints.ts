import { isIP, SocketAddress } from 'node:net';
import * as x509 from '@peculiar/x509';
import { PARTITIONS } from '../../protocol/index.js';

const OID = '2.5.29.30';
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** The domains of AWS's tunneling service, IoT and STS, by partition (docs/protocol.md#host-names). */
const AWS_DOMAINS = new Set(PARTITIONS.flatMap(({ suffix, dualStackSuffix }) => [suffix, dualStackSuffix]));
const DOMAINS = ['localhost', ...AWS_DOMAINS];
/** 127.0.0.0/8 and ::1, each address followed by its mask. */
const LOOPBACK = ['7f000000ff000000', `${'00'.repeat(15)}01${'ff'.repeat(16)}`];
/** The permitted subtrees of every authority, in hex. */
const DEFAULTS = [
  ...DOMAINS.map((name) => der(DNS_NAME, Buffer.from(name)).toString('hex')),
  ...LOOPBACK.map((hex) => der(IP_ADDRESS, Buffer.from(hex, 'hex')).toString('hex')),
];

/**
 * What the authority may vouch for (RFC 5280, 4.2.1.10): this machine, the AWS names that the mock stands in for, and the
 * names and addresses that the service was given. For any other name, clients refuse its certificates, even if somebody
 * steals its key.
 */
export function nameConstraints(further: readonly string[]): x509.Extension {
  const subtrees = [...DEFAULTS, ...further.map(subtreeOf)].map((hex) =>
    der(SEQUENCE, Buffer.from(hex, 'hex')),
  );
  const value = der(SEQUENCE, der(PERMITTED, Buffer.concat(subtrees)));
  return new x509.Extension(OID, true, value);
}

/** Whether an authority may vouch for a name or address. `further` is what it may vouch for besides the defaults. */
export function isPermitted(name: string, further: readonly string[]): boolean {
  return [...DOMAINS, ...further].some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/**
 * The names and addresses that a CA certificate permits besides the defaults. Undefined if it does not permit all
 * defaults, or has no constraints at all: then an older release made it.
 */
export function furtherNames(certificate: x509.X509Certificate): string[] | undefined {
  const extension = certificate.getExtension(OID);
  if (extension === null) return undefined;
  const permitted = content(content(Buffer.from(extension.value)));
  const found: string[] = [];
  for (let at = 0; at < permitted.length; ) {
    const subtree = content(permitted.subarray(at));
    at = subtree.byteOffset - permitted.byteOffset + subtree.length;
    found.push(subtree.toString('hex'));
  }
  if (!DEFAULTS.every((hex) => found.includes(hex))) return undefined;
  return found.filter((hex) => !DEFAULTS.includes(hex)).map(nameOf);
}

/** One permitted subtree in hex: a name, or an address with a mask of all ones. */
function subtreeOf(name: string): string {
  if (isIP(name) === 0) return der(DNS_NAME, Buffer.from(name)).toString('hex');
  const address = addressBytes(name);
  return der(IP_ADDRESS, Buffer.concat([address, Buffer.alloc(address.length, 0xff)])).toString('hex');
}

function nameOf(subtree: string): string {
  const bytes = Buffer.from(subtree, 'hex');
  const value = content(bytes);
  if (bytes[0] === DNS_NAME) return value.toString();
  const address = value.subarray(0, value.length / 2);
  if (address.length === 4) return address.join('.');
  return new SocketAddress({ address: hexGroups(address), family: 'ipv6' }).address;
}

const hexGroups = (address: Buffer): string => address.toString('hex').match(/.{4}/g)!.join(':');

/** The 4 or 16 bytes of an address, without its zone (as in `fe80::1%eth0`). */
function addressBytes(name: string): Buffer {
  if (isIP(name) === 4) return Buffer.from(name.split('.').map(Number));
  const url = new URL(`http://[${name.split('%', 1)[0]}]`).hostname.slice(1, -1);
  const [left, right] = url.split('::') as [string, string?];
  const groups = (text = ''): string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(left), groups(right)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** The content after a tag and its length, as a view of the same bytes. */
function content(bytes: Buffer): Buffer {
  const length = bytes[1]!;
  if (length < 0x80) return bytes.subarray(2, 2 + length);
  const head = 2 + (length & 0x7f);
  return bytes.subarray(head, head + bytes.readUIntBE(2, length & 0x7f));
}

/** Encodes a tag, a length and the content (X.690). The length must be below 65536. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const head = [tag, ...(length < 0x80 ? [length] : long)];
  return Buffer.concat([Buffer.from(head), content]);
}
