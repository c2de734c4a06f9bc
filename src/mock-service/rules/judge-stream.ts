import {
  isStreamMessage,
  type MessageScanner,
  MessageType,
  messageTypeName,
  type Side,
} from '../../protocol/index.js';
import { type BrokenRule, must, quoteService, should } from './broken-rule.js';
import type { ServiceLine } from './service-line.js';
import type { StreamLedger } from './stream-ledger.js';

/**
 * The rules about a message and the tunnel's streams: M7, M8, M9, M13. The format of the stream decides, not the
 * subprotocol. Where the guides say nothing or contradict each other (X4), the message passes.
 */
export function judgeByStreams(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): BrokenRule | undefined {
  if (!isStreamMessage(scanner.type)) return undefined;
  if (scanner.type === MessageType.STREAM_START) return judgeStart(ledger, scanner);
  return (
    judgeNaming(ledger, from, scanner) ??
    judgeDataAddress(ledger, from, scanner, bytes) ??
    judgeFormat(ledger, from, scanner, bytes)
  );
}

function judgeStart(ledger: StreamLedger, scanner: MessageScanner): BrokenRule | undefined {
  const serviceId = scanner.serviceId();
  const { services } = ledger;
  // A tunnel opened without services has no list to compare a name with. So any name is accepted (our reading).
  if (serviceId !== '' && services.length > 0 && !services.includes(serviceId)) {
    return must('M7', `STREAM_START names ${quoteService(serviceId)}; the tunnel has ${services.join(', ')}`);
  }
  const before = ledger.habits.source.lastStartNamed;
  const isNamed = serviceId !== '';
  // A later stream may have connection ids where an earlier one had none, or the other way round. That is no change of
  // format (M13): a V3 source with a V2 peer does so (X2), and X3 applies to each stream. With service ids it is one.
  if (before === undefined || before === isNamed) return undefined;
  return isNamed
    ? must(
        'M8',
        `STREAM_START names ${quoteService(serviceId)}, but an earlier one of this session named none`,
      )
    : must('M13', 'STREAM_START names no service, but an earlier one of this session named one');
}

function judgeNaming(ledger: StreamLedger, from: Side, scanner: MessageScanner): BrokenRule | undefined {
  const habit = ledger.habits[from];
  const name = messageTypeName(scanner.type);
  if (scanner.serviceIdLength > 0) {
    if (!habit.sawUnnamedStart || (from === 'destination' && habit.sawNamedStart)) return undefined;
    if (habit.lastStartNamed === true) return undefined;
    return must(
      'M8',
      `${name} names ${quoteService(scanner.serviceId())}, but the stream started without service id`,
    );
  }
  // A destination that has never named a service is a V1 peer. M8 permits it to go on so.
  const drops = from === 'source' ? habit.lastStartNamed === true : habit.named && !habit.sawUnnamedStart;
  return drops ? must('M8', `${name} names no service, but the stream started with one`) : undefined;
}

function judgeDataAddress(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): BrokenRule | undefined {
  if (scanner.type !== MessageType.DATA || ledger.forgotLines) return undefined;
  const isNamed = scanner.serviceIdLength > 0;
  const lines = isNamed ? ledger.lines.filter((line) => line.isNamedIn(scanner, bytes)) : ledger.lines;
  if (lines.length === 0) {
    const service = quoteService(scanner.serviceId());
    return must('M9', `DATA from the ${from} names ${service}, whose stream was never started`);
  }
  if (lines.some((line) => line.mayKnow(scanner.streamId))) return undefined;
  // Only a SHOULD: the guides mention the service, not the stream id, and a receiver drops DATA of other streams (S7).
  const service = quoteService(scanner.serviceId());
  return should(
    'M9',
    `DATA from the ${from} for ${service} has stream id ${scanner.streamId}, which was never started`,
  );
}

function judgeFormat(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): BrokenRule | undefined {
  const { type, streamId, connectionId } = scanner;
  const isV3 = type === MessageType.CONNECTION_START || type === MessageType.CONNECTION_RESET;
  // A STREAM_RESET may carry a left-over connection id: the reference local proxy sends such ones.
  if (!isV3 && (connectionId === 0 || type !== MessageType.DATA)) return undefined;
  const line = ledger.resolve(scanner, bytes);
  if (line === undefined || line.currentId !== streamId || line.currentIsV3) return undefined;
  if (from === 'destination' && mayBeLate(line)) return undefined;
  const name = messageTypeName(type);
  const what = `${name} with connection id ${connectionId} on stream ${streamId}, which started without one`;
  // X3: CONNECTION_* on such a stream is an error, but a connection id on DATA is only ignored.
  return isV3 ? must('M13', what) : should('M13', what);
}

/** A V3 message for an older stream may still be on its way when a stream with the same id starts in format V2. */
function mayBeLate(line: ServiceLine): boolean {
  return line.destinationSawV3;
}
