import { z } from 'zod';
import { type Clock, type EventHub, type Immutable, ServiceError } from '../kit/index.js';
import { DEFAULT_MAX_CAPTURE_BYTES, Recorder } from './recorder.js';
import { MemorySink, openFileSink } from './sink.js';

/** The largest number of captures, running or ended. */
const MAX_CAPTURES = 16;

/** The largest number of bytes of all captures in memory together. A capture that needs more ends. */
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;

/** The smallest size limit: it leaves room for a header and a few lines. */
const SMALLEST_BYTES = 1000;

export const captureSchema = z.strictObject({
  /** The file to write to. Default: none; the capture stays in memory. */
  file: z.string().min(1).optional(),
  /** Records only this tunnel. Default: all tunnels. */
  tunnelId: z.string().optional(),
  payloads: z.enum(['kept', 'omitted']).default('kept'),
  /** The size limit in bytes. Default: 64 MiB. */
  maxBytes: z.number().int().min(SMALLEST_BYTES).default(DEFAULT_MAX_CAPTURE_BYTES),
});

export type CaptureOptions = Immutable<z.input<typeof captureSchema>>;

/** A capture in progress, or ended. */
export interface StartedCapture {
  readonly id: string;
  readonly options: CaptureOptions;
  readonly bytes: number;
  readonly frames: number;
  readonly running: boolean;
  /** Why the capture ended before it was stopped, such as a full disk. */
  readonly failure: string | undefined;
  /** What was recorded so far, if the capture is in memory. */
  readonly text: string | undefined;
  /** Ends the capture. Resolves when its file is complete. */
  stop(): Promise<void>;
}

export interface CapturesOptions {
  readonly events: EventHub;
  readonly clock: Clock;
  readonly service: string;
  readonly seed: string | number;
}

/** The captures of a service. If none is running, frames do not pass through this code. */
export class Captures {
  readonly #options: CapturesOptions;
  readonly #captures = new Map<string, StartedCapture>();
  #started = 0;

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /**
   * Starts recording.
   * @throws {ServiceError} LIMIT_EXCEEDED, INVALID_OPTION.
   * @throws {NodeJS.ErrnoException} if the file cannot be opened.
   */
  async start(options: CaptureOptions = {}): Promise<StartedCapture> {
    if (this.#captures.size >= MAX_CAPTURES) {
      const what = `There are ${MAX_CAPTURES} captures; remove one that is not needed any more`;
      throw new ServiceError('LIMIT_EXCEEDED', what);
    }
    const memory = new MemorySink();
    const id = `capture-${++this.#started}`;
    let failure: string | undefined;
    const failed = (reason: string): void => {
      failure = reason;
      void this.#captures.get(id)?.stop();
      this.#options.events.emit('capture-failed', { captureId: id, file: options.file ?? '', reason });
    };
    const sink = options.file === undefined ? memory : await openFileSink(options.file, failed);
    const hasRoom = options.file === undefined ? this.#hasRoom : undefined;
    const recorder = new Recorder({ ...this.#recorderOptions(), ...options, sink, hasRoom });
    const unlisten = this.#listen(recorder);
    let ending: Promise<void> | undefined;
    const capture: StartedCapture = {
      id,
      options,
      get bytes() {
        return recorder.bytes;
      },
      get frames() {
        return recorder.frames;
      },
      get running() {
        return ending === undefined;
      },
      get failure() {
        return failure;
      },
      get text() {
        return options.file === undefined ? memory.text : undefined;
      },
      stop: () => {
        unlisten();
        ending ??= recorder.close();
        return ending;
      },
    };
    this.#captures.set(capture.id, capture);
    return capture;
  }

  list(): StartedCapture[] {
    return [...this.#captures.values()];
  }

  get(id: string): StartedCapture | undefined {
    return this.#captures.get(id);
  }

  readonly #hasRoom = (bytes: number): boolean => {
    let kept = bytes;
    for (const { options, bytes: each } of this.#captures.values()) {
      if (options.file === undefined) kept += each;
    }
    return kept <= MAX_MEMORY_BYTES;
  };

  /** Ends a capture and forgets it. */
  async remove(id: string): Promise<void> {
    const capture = this.#captures.get(id);
    this.#captures.delete(id);
    await capture?.stop();
  }

  /** Ends all captures and forgets them. */
  async clear(): Promise<void> {
    await Promise.all([...this.#captures.keys()].map((id) => this.remove(id)));
  }

  #recorderOptions(): { now: () => number; elapsed: () => number; service: string; seed: string | number } {
    const { clock, service, seed } = this.#options;
    return { now: () => clock.now(), elapsed: () => clock.elapsed(), service, seed };
  }

  #listen(recorder: Recorder): () => void {
    const { events } = this.#options;
    const stops = [
      events.on('*', (event) => {
        if (event.event === 'side-lost' || event.event === 'side-replaced') {
          recorder.connectionEnded(event.tunnelId, event.side);
        }
        recorder.event(event);
      }),
      events.on('frame-received', ({ tunnelId, from, frame }) => recorder.received(tunnelId, from, frame)),
      events.on('bytes-sent', ({ tunnelId, to, parts }) => {
        for (const part of parts) recorder.sent(tunnelId, to, part);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }
}
