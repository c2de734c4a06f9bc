/**
 * A message format. The format decides the version of a conversation, not the subprotocol (docs/protocol.md#versions): a
 * client that negotiated 3.0 may speak format V2 or V1. So format and subprotocol have separate types.
 */
export type MessageFormat = 'V1' | 'V2' | 'V3';

/** A WebSocket subprotocol of the service, spelt as in the guides. */
export type Subprotocol =
  | 'aws.iot.securetunneling-1.0'
  | 'aws.iot.securetunneling-2.0'
  | 'aws.iot.securetunneling-3.0';

/** The subprotocols, oldest first. */
export const SUBPROTOCOLS: readonly Subprotocol[] = [
  'aws.iot.securetunneling-1.0',
  'aws.iot.securetunneling-2.0',
  'aws.iot.securetunneling-3.0',
];

/** The subprotocol that belongs to a format. */
export const SUBPROTOCOL_OF: Readonly<Record<MessageFormat, Subprotocol>> = {
  V1: 'aws.iot.securetunneling-1.0',
  V2: 'aws.iot.securetunneling-2.0',
  V3: 'aws.iot.securetunneling-3.0',
};

/**
 * Misspellings that public clients send (docs/protocol.md#dialects). The service accepts them unless it is strict, and
 * answers with the same spelling.
 */
export const SUBPROTOCOL_DIALECTS: ReadonlyMap<string, Subprotocol> = new Map([
  ['aws.iot.securedtunneling-1.0', 'aws.iot.securetunneling-1.0'],
  ['aws.iot.securedtunneling-2.0', 'aws.iot.securetunneling-2.0'],
  ['aws.iot.securedtunneling-3.0', 'aws.iot.securetunneling-3.0'],
]);

/** The format that a STREAM_START sets for its stream (X3): connection id → V3, service id → V2, neither → V1. */
export function formatOfStart(start: { serviceId: string; connectionId: number }): MessageFormat {
  if (start.connectionId !== 0) return 'V3';
  return start.serviceId !== '' ? 'V2' : 'V1';
}

/** Which side of a tunnel a client holds; also the value of `local-proxy-mode` (H2). */
export type Side = 'source' | 'destination';

/** The other side. */
export function opposite(side: Side): Side {
  return side === 'source' ? 'destination' : 'source';
}
