import { MessageType, messageTypeName } from '../../protocol/index.js';
import { TRIGGERS, type Trigger, type TriggerCode } from './triggers.js';

type MessageName = keyof typeof MessageType;
const MESSAGE_NAMES = Object.keys(MessageType) as MessageName[];

/** One symptom for each message type; `*` in the text stands for the type's name. */
function forEachMessage<P extends string>(prefix: P, text: string): Record<`${P}:${MessageName}`, string> {
  const entries = MESSAGE_NAMES.map((name) => [`${prefix}:${name}`, text.replace('*', name)]);
  return Object.fromEntries(entries) as Record<`${P}:${MessageName}`, string>;
}

/**
 * Everything that can be seen wrong with a client or a service, by its code. A code is stable: reports carry it, and a
 * defect is told from another by its rule, its symptom's code and its trigger. The text may be put better at any time.
 */
export const SYMPTOMS = {
  'nothing-came': 'what should have come did not',

  // Connecting and handshake.
  'did-not-connect': 'it did not connect to the service',
  'never-ready': 'it never said that it was ready',
  'asked-for-another-path': 'it asked for another path than /tunnel',
  'method-is-not-get': 'it used another method than GET',
  'mode-is-missing': 'it did not send local-proxy-mode',
  'mode-is-unknown': 'local-proxy-mode is neither mode',
  'mode-does-not-match-token': 'local-proxy-mode does not match the side of its token',
  'not-one-access-token': 'it does not send exactly one access token',
  'access-token-changed': 'it changed the access token',
  'access-token-in-query': 'it sends the access token in the query',
  'several-client-tokens': 'it sends several client tokens',
  'client-token-malformed': 'its client token has another form than asked for',
  'client-token-is-another': 'it sends another client token than it was given',
  'client-token-changed': 'it changed the client token when it came back',
  'no-known-subprotocol': 'it offers no subprotocol the service speaks',
  'subprotocol-misspelled': 'it misspells the subprotocol',
  'speaks-another-version': 'it speaks another version than was answered',
  'goes-on-with-unoffered-version': 'it goes on with a version that it did not offer',
  'goes-on-after-wrong-accept': 'it goes on after a wrong sec-websocket-accept',
  'needs-channel-id': 'it does not work without a channel-id',
  'token-without-trust': 'it sends its token to a service that it must not trust',
  'token-in-plain': 'it sends its token in the clear where TLS failed',
  'silence-not-noticed': 'it does not give up a service that says nothing',
  'no-websocket-handshake': 'its request is no WebSocket handshake',
  'request-too-large': 'its request is over 4096 bytes',
  'succeeds-when-refused': 'it ends successfully although it was refused',
  'repeats-refused-request': 'it repeated a request that was refused with 4xx',
  'no-retry-after-5xx': 'it does not try again after a 5xx',
  'no-back-off': 'it does not back off after 5xx',
  'no-return-after-long-trouble': 'it does not come back after a long trouble of the service',

  // WebSocket.
  'frame-unmasked': 'sent a WebSocket frame without a mask',
  'reserved-bits-set': 'set reserved bits in a WebSocket frame',
  'text-message-sent': 'sent a text message',
  'takes-text-for-data': 'it took a text message for tunnel data',
  'frame-too-large': 'sent a WebSocket frame over 131076 bytes',
  'control-frame-invalid': 'sent a control frame that is long or fragmented',
  'control-opcode-reserved': 'sent a control frame of a kind that does not exist',
  'data-opcode-reserved': 'sent a data frame of a kind that does not exist',
  'continues-nothing': 'sent a continuation frame that continues nothing',
  'message-within-message': 'started a message within a fragmented one',
  'close-code-invalid': 'closed with a code that may not be sent',
  'close-reason-invalid': 'closed with a reason that is no UTF-8',
  'ping-not-answered': 'it does not answer a ping with its payload',
  'pings-forgotten': 'it forgets pings when there are many',
  'does-not-ping': 'it does not ping as declared',
  'close-not-answered': 'it does not answer a close frame',
  'keeps-tcp-open': 'it keeps TCP open after a close frame',
  'keeps-websocket': 'it keeps its WebSocket',
  'goes-on': 'it goes on',

  // What is sent in the tunnel, whatever the scenario is about.
  'message-unparsable': 'sent a message that does not parse',
  'field-outside-schema': 'sent a field outside the schema',
  'type-unknown': 'sent a message of type UNKNOWN',
  'stream-id-zero': 'sent a stream message with stream id 0',
  'payload-too-large': 'sent a payload over 64512 bytes',
  'unknown-service-started': 'started a stream for a service the tunnel does not have',
  'connection-id-on-unnumbered-stream': 'sent connection ids on a stream that it started without',
  'connection-start-without-stream': 'sent CONNECTION_START on a stream it never started here',
  'service-named-later': 'named a service after starting the stream without one',
  'service-dropped-later': 'dropped the service id after starting a stream with one',
  'data-for-unstarted-service': 'sent DATA for a service whose stream was never started',
  'data-before-start': 'sent DATA before any stream was started',
  ...forEachMessage('sent-by-service-only', 'sent *, which only the service may'),
  ...forEachMessage('sent-as-destination', 'sent * as destination'),
  ...forEachMessage('not-sent', 'it did not send *'),

  // Starting streams and connections.
  'does-not-listen': 'it does not listen for applications',
  'turns-applications-away': 'it turns applications away',
  'no-stream-start': 'a TCP connection brought no STREAM_START',
  'first-is-no-start': 'its first message is not STREAM_START',
  'closes-when-application-connects': 'it closed the WebSocket when an application connected',
  'did-not-dial': 'it did not dial the service',
  'did-not-dial:reset': 'it did not dial the service: it answered with STREAM_RESET',
  'dials-more-than-once': 'it dialled more than once for one STREAM_START',
  'did-not-dial:closed': 'it did not dial the service: it closed the WebSocket',
  'unnamed-start-not-dialled': 'it does not dial for a STREAM_START without service id',
  'replacing-start-not-dialled': 'a STREAM_START that replaces a stream is not dialled',
  'names-another-service': 'it named another service than was dialled',
  'stream-for-another-service': 'the stream is for another service',
  'names-service-of-unnamed-stream': 'it names a service on a stream that was started without',
  'stream-id-used-again': 'it used a stream id again at once',
  'stream-ids-repeat': 'it used stream ids again and again',
  'stream-id-of-further-connection': 'a further connection got another stream id',
  'no-connection-id': 'a further connection got no connection id',
  'connection-id-twice': 'two live connections got the same id',
  'starts-live-stream-again': 'it starts the live stream again for a further connection',
  'answers-start': 'it answered STREAM_START although it dialled the service',
  'duplicate-start-not-answered': 'it does not answer a second CONNECTION_START for a live connection',
  'keeps-doubtful-connection': 'it goes on with a connection that CONNECTION_START named',
  'goes-on-with-reset-stream': 'it goes on with a stream that was reset',

  // Carrying bytes.
  'nothing-to-application': 'bytes from the tunnel did not reach the application',
  'nothing-to-tunnel': 'what the application wrote did not reach the tunnel',
  'changed-to-application': 'the application received other bytes than were sent to it',
  'changed-to-tunnel': 'it changed bytes on their way into the tunnel',
  'lost-before-end': 'it lost bytes that it received before the end',
  'changed-before-close': 'it changed the bytes written before a close',
  'foreign-bytes': 'bytes reached the application that were not for it',
  'hands-on-part-of-message': 'it hands on part of a message',
  'carries-nothing': 'the stream carries nothing any more',
  'lost-data-behind-start': 'DATA right behind STREAM_START was lost',
  'changed-data-behind-start': 'DATA right behind STREAM_START was changed',
  'lost-behind-service-ids': 'it lost what came in one message with SERVICE_IDS',
  'replacement-carries-nothing': 'the new stream carries nothing',
  'replacement-changes-bytes': 'the new stream carries other bytes',
  'unnamed-stream-carries-nothing': 'a stream without service id carries nothing',
  'unnamed-stream-changes-bytes': 'a stream without service id carries other bytes',
  'v2-stream-carries-nothing': 'a V2 stream carries nothing after a message with a connection id',
  'answers-stale-data': 'it answers stale DATA',

  // Ends, and what must not end.
  'left-connection-open': 'it left the local connection open',
  'left-replaced-connection-open': 'it left the connection of the replaced stream open',
  'end-not-reported': 'it did not report the end of the connection',
  'false-end-reported': 'it reported an end that was none',
  'end-of-another-connection': 'it reported the end of another connection',
  'refusal-not-reported': 'it did not report that it could not dial',
  'refusal-of-another-connection': 'it reported another connection than the one that failed',
  'refusal-of-another-service': 'it reported another service than the one that failed',
  'refusal-of-another-stream': 'it reported another stream than the one that failed',
  'resets-new-stream': 'it reset the new stream instead of the replaced one',
  'resets-another-connection': 'it resets another connection than the doubtful one',
  'goes-by-connection-id-alone': 'it goes by the connection id alone in CONNECTION_RESET',
  'resets-whole-stream': 'it resets the whole stream over one connection',
  'ended-stream': 'it ended the stream',
  'neither-goes-on-nor-ends': 'it neither went on nor ended the stream',
  'gave-up-websocket': 'it gave up its WebSocket',
  'ended-instead': 'it ended instead of going on',
  ended: 'it ended',

  // Afterwards.
  'no-new-connection': 'no new connection works afterwards',
  'new-application-receives-nothing': 'a new application receives nothing',
  'new-application-receives-other-bytes': 'a new application receives other bytes than were sent to it',
  'new-application-does-not-reach-tunnel': 'what a new application writes does not reach the tunnel',
  'new-stream-does-not-reach-target': 'a new stream does not reach its target',
  'target-does-not-reach-tunnel': 'what a target writes does not reach the tunnel',
  'target-on-another-stream': "a target's bytes come on another stream",
  'did-not-come-back': 'it did not come back after its WebSocket was gone',
  'came-back-too-often': 'it came back again and again, until it was given up',
  'started-too-often': 'it had to be started again and again, until it was given up',
  'stays-when-tunnel-closed': 'it stays after the tunnel was closed',
  'fails-when-tunnel-closed': 'it ends with a failure when the tunnel is closed',

  // Message formats side by side.
  'format-changed': 'it changed the message format in mid-session',
  'connection-ids-on-v2': 'it sends connection ids on a V2 stream',
  'connection-reset-on-v2': 'it sends CONNECTION_RESET on a V2 stream',
  'took-over-connection-id': 'it took over a connection id on a V2 stream',
  'goes-on-with-v2-reset': 'it goes on with the stream that a V2 peer has reset',

  // Configuration.
  'fewer-services-not-served': 'it does not serve a tunnel with fewer services than configured',
  'bare-port-not-served': 'a bare port does not serve the only service of the tunnel',
  'own-services-not-served': 'it does not serve its own services beside one without a port',
  'no-port-picked': 'it picks no port for a service without one',
  'serves-unmapped-with-another': 'it serves a service that it has no address for with another',

  // The process.
  'ignores-sigterm': 'it ignored SIGTERM and had to be killed',
  'leaks-descriptors': 'it leaks descriptors with each stream',
  'leaks-memory': 'its memory grows with each stream',
  'ssh-not-served': 'it did not come to serve SSH',

  // A service.
  'refuses-good-handshake': 'it refuses a handshake that keeps the rules',
  'refuses-version': 'it refuses the subprotocol of the version that it is judged by',
  'speaks-no-other-version': 'it refuses the subprotocol of an older version',
  'handshake-not-answered': 'it does not answer a handshake',
  'accepts-bad-handshake': 'it accepts a handshake that breaks the rule',
  'refuses-with-another-status': 'it refuses with another status than 4xx',
  'answers-unoffered-subprotocol': 'it answers a subprotocol that was not offered',
  'no-channel-id': 'it gives no channel-id of its own to each connection',
  'keeps-older-connection': 'it keeps the older of two connections of a side',
  'no-service-ids': 'SERVICE_IDS did not come',
  'service-ids-not-first': 'something else came before SERVICE_IDS',
  'service-ids-on-1.0': 'it sends SERVICE_IDS on 1.0',
  'service-ids-differ': 'SERVICE_IDS names other services than the tunnel has',
  'changes-messages': 'it changes messages on their way',
  'changes-bytes': 'it changes bytes on their way',
  'accepts-large-frame': 'it accepts a WebSocket frame over 131076 bytes',
  'accepts-bad-message': 'it goes on after a message that breaks the rule',
  'pong-differs': 'its pong carries another payload',
  'masked-by-service': 'it masks a WebSocket frame',
  'ends-innocent-peer': 'it ends the connection of the other side',
  'ends-stalled-peer': 'it ends a side that does not read, or its sender',
  'loses-bytes': 'bytes that it took did not arrive',
  'holds-up-others': 'another tunnel carries nothing meanwhile',
  ...forEachMessage('did-not-arrive', '* did not arrive'),
} as const satisfies Readonly<Record<string, string>>;

export type SymptomCode = keyof typeof SYMPTOMS;

/** What was seen. Alike in code and trigger means: the same defect. */
export interface Symptom {
  /** Stable. Of the catalogue, or a scenario author's own. */
  readonly code: string;
  /** The code in English, its trigger included: without ids or sizes. */
  readonly text: string;
  /** The code of what it followed from, where that tells two defects apart. */
  readonly trigger?: string;
  /** The text without what it followed from, where it has that. @internal */
  readonly bare?: string;
}

/** A symptom as scenarios name it: by its code, or as made by {@link symptom} or {@link ownSymptom}. */
export type SymptomName = SymptomCode | Symptom;

/**
 * A symptom with what it followed from: `symptom('left-connection-open', { after: 'SESSION_RESET' })`. A trigger that it has
 * already is replaced.
 */
export function symptom(seen: SymptomName, { after }: { readonly after: TriggerCode | Trigger }): Symptom {
  const { code, text, bare = text } = symptomOf(seen);
  const cause = typeof after === 'string' ? { code: after, text: TRIGGERS[after] } : after;
  return { code, text: `${bare} after ${cause.text}`, trigger: cause.code, bare };
}

/**
 * A symptom that the catalogue lacks, for scenarios of one's own.
 * @param code small letters and dashes; the same wherever the same thing is seen
 * @param text in English, without ids or sizes
 */
export function ownSymptom(code: string, text: string): Symptom {
  return { code, text };
}

/** The symptom of a message type that the schema knows: `ofMessage('not-sent', MessageType.DATA)`. */
export function ofMessage(
  symptom: 'not-sent' | 'did-not-arrive' | 'sent-as-destination' | 'sent-by-service-only',
  type: number,
): SymptomName {
  return `${symptom}:${messageTypeName(type) as MessageName}`;
}

/** The client was ended by a signal that nobody sent. */
export function endedBy(signal: string): Symptom {
  return { code: `ended-by-${signal.toLowerCase()}`, text: `it was ended by ${signal}` };
}

/** What should have come did not, since the client ended instead. */
export function endedInstead(missing: SymptomName): Symptom {
  const { code, text, trigger, bare = text } = symptomOf(missing);
  return {
    ...{ code: `${code}:ended`, text: `${text}: it ended instead` },
    ...(trigger !== undefined && { trigger, bare: `${bare}: it ended instead` }),
  };
}

/** The symptom that a name stands for. */
export function symptomOf(seen: SymptomName): Symptom {
  return typeof seen === 'string' ? { code: seen, text: SYMPTOMS[seen] } : seen;
}
