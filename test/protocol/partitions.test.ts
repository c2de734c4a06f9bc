import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataPlaneHost, PARTITIONS, partitionOf } from '../../src/protocol/index.js';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

describe('the partition of a region', () => {
  it.each([
    ['us-east-1', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-west-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
  ])('%s is in %s', (region, name) => {
    expect(partitionOf(region).name).toBe(name);
  });

  it.each([
    ['cn-south-7', 'data.tunneling.iot.cn-south-7.amazonaws.com.cn'],
    ['ap-north-12', 'data.tunneling.iot.ap-north-12.amazonaws.com'],
    ['zz-west-1', 'data.tunneling.iot.zz-west-1.amazonaws.com'],
    ['mars', 'data.tunneling.iot.mars.amazonaws.com'],
  ])('a region that nobody knows yet follows its partition: %s', (region, host) => {
    expect(dataPlaneHost(region)).toBe(host);
  });

  it('is told in the documentation, with its domains', () => {
    for (const { name, suffix, dualStackSuffix } of PARTITIONS) {
      expect(page).toMatch(
        new RegExp(
          `^\\| ${name} \\|[^|]+\\| \`${suffix}\` \\| \`${dualStackSuffix}\` \\| \`arn:${name}:\` \\|$`,
          'm',
        ),
      );
    }
  });
});
