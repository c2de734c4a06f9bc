import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { type ScriptedConnection, StandInService } from '../../clients/support/stand-in-service.js';
import { within } from '../../support/within.js';
import { runCases } from '../cases.js';
import { Finding } from '../finding.js';
import type { Part } from '../part.js';
import { anyJson, hexBytes, ofHex } from '../service/inputs.js';
import type { FuzzedService } from '../subject/service.js';
import { PATIENCE_MS, WatchedProcess } from '../subject/watched-process.js';
import { MOST_MEGABYTES } from './fuzzed-client.js';
import { anySession, packetsOf } from './server-bytes.js';

const TOPIC = '$aws/things/lamp/tunnels/notify';
const LOG = /^(?!\s+at |\(node:|.*Uncaught|node:)/;
const NOTIFICATION = {
  clientAccessToken: 'x',
  clientMode: 'destination',
  region: 'us-east-1',
  services: ['SSH'],
};

const changed = anyJson(Object.keys(NOTIFICATION)).map((value) => ({
  ...NOTIFICATION,
  ...(value as object),
}));
const notification = fc.oneof(
  { weight: 3, arbitrary: changed.map((value) => Buffer.from(JSON.stringify(value)).toString('hex')) },
  {
    weight: 1,
    arbitrary: anyJson(Object.keys(NOTIFICATION)).map((value) =>
      Buffer.from(JSON.stringify(value) ?? '').toString('hex'),
    ),
  },
  { weight: 1, arbitrary: hexBytes(200) },
);

const input = fc.record({ notifications: fc.array(notification, { maxLength: 6 }), session: anySession });

/** Notifications that nobody means, and a hostile service, before our agent. */
export const ourAgent: Part = {
  name: 'our-agent',
  async run(options) {
    let scene: Scene | undefined;
    const end = async () => {
      await scene?.[Symbol.asyncDispose]();
      scene = undefined;
    };
    try {
      return await runCases(
        {
          name: 'our-agent',
          unit: 'notifications',
          input,
          async run({ notifications, session }, subjects) {
            try {
              scene ??= await Scene.start(await subjects.service());
              for (const each of notifications) await scene.publish(ofHex(each));
              const connection = await scene.isServed();
              for (const packet of packetsOf(session)) connection.socket.write(packet);
              connection.socket.end();
              await scene.isServed();
              scene.endTunnels();
              scene.agent.judge(MOST_MEGABYTES);
              return notifications.length + 2;
            } catch (error) {
              await end();
              throw error;
            }
          },
        },
        options,
      );
    } finally {
      await end();
    }
  },
};

/** The agent as a process, the broker that it hears of tunnels by, and the service that it joins them at. */
class Scene implements AsyncDisposable {
  #served = 0;

  private constructor(
    readonly agent: WatchedProcess,
    readonly broker: MqttClient,
    readonly service: StandInService,
  ) {}

  static async start({ mqttPort }: FuzzedService): Promise<Scene> {
    const service = await StandInService.start();
    // A tunnel whose connection was lost is over, or the agent would soon serve as many as it may.
    const used = new Set<unknown>();
    service.answerTo = ({ headers }) => {
      const token = headers['access-token'];
      if (used.has(token)) return { status: 400, body: 'Tunnel is closed' };
      used.add(token);
      return undefined;
    };
    const url = `mqtt://127.0.0.1:${mqttPort}`;
    const args = [
      'agent',
      '--thing',
      'lamp',
      '-d',
      'SSH=9',
      '--mqtt-url',
      url,
      '-e',
      service.endpoint,
      '--json',
    ];
    const agent = new WatchedProcess(args, LOG);
    await agent.event('ready');
    const broker = await connectAsync(url, { clientId: 'fuzzer' });
    broker.on('error', () => undefined);
    return new Scene(agent, broker, service);
  }

  async publish(payload: Buffer): Promise<void> {
    await this.broker.publishAsync(TOPIC, payload, { qos: 1 });
  }

  /** An honest notification brings the agent to the service. @throws {Finding} if it does not. */
  async isServed(): Promise<ScriptedConnection> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const token = `honest-${this.#served++}`;
      await this.publish(Buffer.from(JSON.stringify({ ...NOTIFICATION, clientAccessToken: token })));
      // It passes over a tunnel while it serves as many as it may; those that were lost end within a second or so.
      const connection = await within(this.#joined(token), 'the agent', 3000).catch(() => undefined);
      if (connection !== undefined) return connection;
    }
    throw new Finding(`The agent serves no tunnel any more; ${this.agent.last}`);
  }

  /** Ends every connection; the agent's tunnels end at its next try. */
  endTunnels(): void {
    for (const { webSocket } of this.service.connections) webSocket.terminate();
  }

  async #joined(token: string): Promise<ScriptedConnection> {
    const { connections } = this.service;
    for (;;) {
      const found = connections.find(({ token: its }) => its === token);
      if (found !== undefined) return found;
      await this.service.connection(connections.length);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent[Symbol.asyncDispose]();
    await this.broker.endAsync(true);
    await this.service[Symbol.asyncDispose]();
  }
}
