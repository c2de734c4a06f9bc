import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { FuzzedClient, type Role } from './fuzzed-client.js';
import { anySession, type HostileSession } from './server-bytes.js';

/** A client waits a second or more before it comes back, so that several are tried at once, and few times in a row. */
const LANES = 3;
const sessions = fc.array(anySession, { minLength: 1, maxLength: 2 });
const input = fc.tuple(...Array.from({ length: LANES }, () => sessions));

/** A hostile service, before our local proxy in this role. */
function proxy(role: Role): Part {
  const name = `our-${role}`;
  return {
    name,
    async run(options) {
      const lanes = Array.from({ length: LANES }, () => new Lane(role));
      const end = () => Promise.all(lanes.map((lane) => lane.end()));
      try {
        return await runCases(
          {
            name,
            unit: 'sessions',
            input,
            async run(inputs) {
              const tried = await Promise.allSettled(inputs.map((each, i) => lanes[i]!.run(each)));
              const failed = tried.find(({ status }) => status === 'rejected');
              if (failed === undefined) return inputs.flat().length;
              await end();
              throw (failed as PromiseRejectedResult).reason;
            },
          },
          options,
        );
      } finally {
        await end();
      }
    },
  };
}

/** One client after the other: a new one where one has ended in order. */
class Lane {
  #client: FuzzedClient | undefined;

  constructor(readonly role: Role) {}

  async run(inputs: readonly HostileSession[]): Promise<void> {
    this.#client ??= await FuzzedClient.start(this.role);
    let lives = true;
    for (const session of inputs) lives &&= await this.#client.endure(session);
    if (!lives || !(await this.#client.check())) await this.end();
  }

  async end(): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    this.#client = undefined;
  }
}

export const ourSource = proxy('source');
export const ourDestination = proxy('destination');
