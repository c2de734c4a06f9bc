import { OpenTunnelError, ServiceTrial, type ServiceUnderTest } from '../service-role/index.js';
import type { Transcript } from '../trial/index.js';
import type { Instance } from './instances.js';
import { timeFor } from './limits.js';
import type { ServiceScenario } from './scenario.js';
import type { Attempt, Conditions, Subject } from './subject.js';

/** A service under test. */
export class ServiceSubject implements Subject {
  readonly name: string;
  /** One after the other: a service may limit how many tunnels are open. */
  readonly jobs = 1;
  readonly #service: ServiceUnderTest;
  readonly #conditions: Conditions;

  constructor(service: ServiceUnderTest, conditions: Conditions) {
    this.name = `service at ${service.url}`;
    this.#service = service;
    this.#conditions = conditions;
  }

  boundMs({ scenario }: Instance): number {
    return timeFor(scenario, undefined, this.#conditions);
  }

  async prepare({ scenario }: Instance, transcript: Transcript): Promise<Attempt> {
    const trial = new ServiceTrial(this.#service, transcript, this.#conditions.patienceMs);
    return {
      run: () => (scenario as ServiceScenario).run(trial),
      giveUp: (why) => trial.giveUp(why),
      byTheWay: () => [],
      evidence: () => ({ output: '', exit: '', command: '' }),
      close: async () => trial.close(),
    };
  }

  isUnreachable(error: unknown): boolean {
    if (error instanceof OpenTunnelError) return true;
    const { code, syscall } = error as NodeJS.ErrnoException;
    return syscall === 'connect' || syscall === 'getaddrinfo' || /CERT|TLS/.test(code ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
