import { OpenTunnelError, ServiceTrial, type ServiceUnderTest } from '../service-role/index.js';
import type { Transcript } from '../trial/index.js';
import { defectOf, severityOf } from '../verdicts/index.js';
import type { Instance } from './instances.js';
import { timeFor } from './limits.js';
import type { ServiceScenario } from './scenario.js';
import { servicePreflightOf } from './service-preflight.js';
import type { Attempt, Conditions, Explanation, Subject } from './subject.js';

/** A service under test. */
export class ServiceSubject implements Subject {
  readonly name: string;
  /** One at a time, because a service may limit the number of open tunnels. */
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

  async prepare({ scenario, version }: Instance, transcript: Transcript): Promise<Attempt> {
    const trial = new ServiceTrial(this.#service, version, transcript, this.#conditions.patienceMs);
    // What nobody could read explains whatever did not come after.
    const explanation = (): Explanation | undefined => {
      if (trial.failure === undefined) return undefined;
      const { rule, symptom, detail } = trial.failure;
      return { defect: { ...defectOf(severityOf(rule), rule, symptom, detail), onWire: true } };
    };
    return {
      run: () => (scenario as ServiceScenario).run(trial),
      giveUp: (why) => trial.giveUp(why),
      explains: explanation,
      byTheWay: () => {
        const found = explanation();
        return found !== undefined && 'defect' in found ? [found.defect] : [];
      },
      evidence: () => ({ output: '', exit: '', command: '' }),
      close: async () => trial.close(),
    };
  }

  preflightFor(instance: Instance): Instance {
    return servicePreflightOf(instance);
  }

  isUnreachable(error: unknown): boolean {
    if (error instanceof OpenTunnelError) return true;
    const { code, syscall } = error as NodeJS.ErrnoException;
    return syscall === 'connect' || syscall === 'getaddrinfo' || /CERT|TLS/.test(code ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
