import { FuzzedService } from './service.js';

/** The programs under test: started when a part first asks, and started anew after a finding. */
export class Subjects implements AsyncDisposable {
  #service: FuzzedService | undefined;

  async service(): Promise<FuzzedService> {
    this.#service ??= await FuzzedService.start();
    return this.#service;
  }

  /** Ends what there is, so that the next input meets a fresh program. */
  async discard(): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
    this.#service = undefined;
  }

  /** Ends what there is in order. @throws {Finding} if that fails. */
  async stop(): Promise<void> {
    await this.#service?.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.discard();
  }
}
