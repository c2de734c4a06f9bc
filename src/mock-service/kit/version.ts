import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('tunnel-testbed/package.json') as {
  name: string;
  version: string;
};

/** The program and its version, for recordings and the admin API: `tunnel-testbed 1.2.3`. */
export const SERVICE_NAME = `${name} ${version}`;
