/** A partition of AWS: regions that share their domains and the beginning of their ARNs. */
export interface Partition {
  /** The name, as in the partition's ARNs: `arn:<name>:…`. */
  readonly name: string;
  /** Matches the regions of the partition, also regions that AWS opens later. */
  readonly regions: RegExp;
  /** The domain of the partition's endpoints. */
  readonly suffix: string;
  /** The domain of the partition's dual-stack endpoints. */
  readonly dualStackSuffix: string;
}

/**
 * AWS's partitions, from its public endpoint rules (partitions version 1.1, in botocore 1.43.11 of May 2026).
 * docs/protocol.md#host-names explains the names.
 */
export const PARTITIONS: readonly Partition[] = [
  partition('aws-cn', 'cn-[a-z]+', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'),
  partition('aws-us-gov', 'us-gov-[a-z]+', 'amazonaws.com', 'api.aws'),
  partition('aws-eusc', 'eusc-[a-z]+-[a-z]+', 'amazonaws.eu', 'api.amazonwebservices.eu'),
  partition('aws-iso', 'us-iso-[a-z]+', 'c2s.ic.gov', 'api.aws.ic.gov'),
  partition('aws-iso-b', 'us-isob-[a-z]+', 'sc2s.sgov.gov', 'api.aws.scloud'),
  partition('aws-iso-e', 'eu-isoe-[a-z]+', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'),
  partition('aws-iso-f', 'us-isof-[a-z]+', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'),
  // The commercial partition is last: as in AWS's SDKs, a region that fits no other partition belongs to it.
  partition('aws', '[a-z]{2}-[a-z]+', 'amazonaws.com', 'api.aws'),
];

function partition(name: string, region: string, suffix: string, dualStackSuffix: string): Partition {
  return { name, regions: new RegExp(`^${region}-\\d{1,2}$`), suffix, dualStackSuffix };
}

/** The partition of a region. As in AWS's SDKs, a region that fits no partition belongs to `aws`. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? PARTITIONS.at(-1)!;
}

/** The host of the data plane in a region. Local proxies connect to it on port 443. */
export function dataPlaneHost(region: string): string {
  return `data.tunneling.iot.${region}.${partitionOf(region).suffix}`;
}

/** The global name of STS. Older SDKs use it for every region of the partition `aws`. */
const GLOBAL_STS = 'sts.amazonaws.com';
/** The part of a name before the region, for the tunneling service, IoT and STS, with or without FIPS. */
const CLASSIC = /^((api|data)\.tunneling\.iot|iot|sts)(-fips)?$/;
/** The part before the region in the newer dual-stack names of the tunneling service. */
const DUAL_STACK = /^(api|data)\.iot-tunneling(-fips)?$/;
const HOST = /^((?:[a-z]+\.){0,2}[a-z-]+)\.([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})\.([a-z0-9.-]+)$/;

/**
 * Whether a host name is an endpoint of AWS's tunneling service, IoT or STS in any region. Region and domain must belong
 * to the same partition. The name must be in lower case.
 */
export function isAwsHost(name: string): boolean {
  if (name === GLOBAL_STS) return true;
  const [, service = '', region = '', suffix] = HOST.exec(name) ?? [];
  const known = partitionOf(region);
  if (suffix === known.dualStackSuffix) return CLASSIC.test(service) || DUAL_STACK.test(service);
  return suffix === known.suffix && CLASSIC.test(service);
}
