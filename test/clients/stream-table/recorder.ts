import type { Connection, DestinationActions } from '../../../src/clients/stream-table/index.js';
import { type Message, messageTypeName } from '../../../src/protocol/index.js';

/** Records what a table asks for, as lines that read like the rules. */
export class Recorder implements DestinationActions {
  readonly lines: string[] = [];
  readonly sent: Message[] = [];
  readonly dialled: Connection[] = [];

  send(message: Message): void {
    this.sent.push(message);
    this.lines.push(`send ${describeMessage(message)}`);
  }

  deliver(connection: Connection, payload: Uint8Array): void {
    this.lines.push(`deliver ${describe(connection)} ${Buffer.from(payload).toString()}`);
  }

  close(connection: Connection): void {
    this.lines.push(`close ${describe(connection)}`);
  }

  dial(connection: Connection): void {
    this.dialled.push(connection);
    this.lines.push(`dial ${describe(connection)}`);
  }

  failSession(code: number): void {
    this.lines.push(`fail ${code}`);
  }

  note(): void {}

  /** What was asked for since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

/** `SSH/7#1`: service, stream id, connection id. */
export function describe({ stream, id }: Connection): string {
  return `${stream.service}/${stream.id}#${id}`;
}

function describeMessage({ type, serviceId, streamId, connectionId }: Message): string {
  return `${messageTypeName(type)} ${serviceId}/${streamId}#${connectionId}`;
}
