import type { Needs, Trial } from 'tunnel-testbed/scenarios';

/** A state of the client in which starts and ends must work. */
export interface State {
  /** Goes behind the id. */
  readonly state: string;
  /** Goes into the title. */
  readonly when: string;
  readonly needs?: Needs;
  readonly prepare: (trial: Trial) => Promise<void>;
}

/** Afresh, after a WebSocket was lost, and after a transfer each way. */
export const STATES: readonly State[] = [
  { state: '', when: '', prepare: async () => {} },
  {
    state: '-reconnected',
    when: ' after a reconnect',
    needs: { reconnects: true },
    prepare: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes(trial.carries);
      await stream.socket.drops();
      await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
      await trial.connected();
    },
  },
  {
    state: '-after-transfer',
    when: ' after a transfer',
    prepare: async (trial) => {
      const stream = await trial.opens();
      await stream.pours('down', TRANSFER_BYTES).completes(trial.carries);
      await stream.pours('up', TRANSFER_BYTES).completes(trial.carries);
      await stream.ends({ rule: 'S8' });
    },
  },
];

const TRANSFER_BYTES = 500_000;
