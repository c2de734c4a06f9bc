import * as x509 from '@peculiar/x509';

const OID = '2.5.29.30';
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** Host names under which AWS's tunneling, IoT and STS are reached, by partition (docs/protocol.md, host names). */
const AWS_DOMAINS = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];
const DOMAINS = ['localhost', ...AWS_DOMAINS];
/** 127.0.0.0/8 and ::1, each address followed by its mask. */
const LOOPBACK = ['7f000000ff000000', `${'00'.repeat(15)}01${'ff'.repeat(16)}`];

/**
 * What the authority may vouch for (RFC 5280, 4.2.1.10): itself on this machine, and the AWS names it stands in for. Whoever
 * trusts it, or steals its key, gains nothing for any other name.
 */
export function nameConstraints(): x509.Extension {
  const subtrees = [
    ...DOMAINS.map((name) => der(SEQUENCE, der(DNS_NAME, Buffer.from(name)))),
    ...LOOPBACK.map((hex) => der(SEQUENCE, der(IP_ADDRESS, Buffer.from(hex, 'hex')))),
  ];
  const value = der(SEQUENCE, der(PERMITTED, Buffer.concat(subtrees)));
  return new x509.Extension(OID, true, value);
}

/** Whether the authority may vouch for a name. */
export function isPermitted(serverName: string): boolean {
  return DOMAINS.some((domain) => serverName === domain || serverName.endsWith(`.${domain}`));
}

/** Whether a certificate has the constraints that are given today; one of an older release has none. */
export function isConstrained(certificate: x509.X509Certificate): boolean {
  const found = certificate.getExtension(OID);
  return found !== null && Buffer.from(found.value).equals(Buffer.from(nameConstraints().value));
}

/** A tag, a length and the content (X.690); lengths here stay below 65536. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const head = [tag, ...(length < 0x80 ? [length] : long)];
  return Buffer.concat([Buffer.from(head), content]);
}
