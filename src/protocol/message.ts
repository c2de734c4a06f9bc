/** The types of messages (docs/protocol.md#frames-and-messages). CONNECTION_* exist in format V3 only. */
export const MessageType = {
  UNKNOWN: 0,
  DATA: 1,
  STREAM_START: 2,
  STREAM_RESET: 3,
  SESSION_RESET: 4,
  SERVICE_IDS: 5,
  CONNECTION_START: 6,
  CONNECTION_RESET: 7,
} as const;

/** The name of a message type, as the guides write it. */
export type MessageTypeName = keyof typeof MessageType;

/**
 * One message of the tunnel protocol. Proto3 does not tell an absent field from one with its zero value, so every field
 * is always there: an empty `serviceId` and a `connectionId` of 0 mean "not present" (M12).
 */
export interface Message {
  /** A value of {@link MessageType}, or any other int32 that a peer sent. */
  readonly type: number;
  /** int32; 0 if the message belongs to no stream. */
  readonly streamId: number;
  /** A receiver that does not know `type` may ignore the message (M10). */
  readonly ignorable: boolean;
  readonly payload: Uint8Array;
  readonly serviceId: string;
  readonly availableServiceIds: readonly string[];
  /** uint32; V3 only. */
  readonly connectionId: number;
}

/** The payload of a message that has none. */
export const EMPTY_PAYLOAD = new Uint8Array(0);
export const NO_SERVICE_IDS: readonly string[] = [];

/** Makes a whole message. Each field that is not given gets its zero value, which means "not present" (M12). */
export function message(fields: Partial<Message> = {}): Message {
  return {
    type: fields.type ?? MessageType.UNKNOWN,
    streamId: fields.streamId ?? 0,
    ignorable: fields.ignorable ?? false,
    payload: fields.payload ?? EMPTY_PAYLOAD,
    serviceId: fields.serviceId ?? '',
    availableServiceIds: fields.availableServiceIds ?? NO_SERVICE_IDS,
    connectionId: fields.connectionId ?? 0,
  };
}

const NAMES = new Map<number, MessageTypeName>(
  Object.entries(MessageType).map(([name, value]) => [value, name as MessageTypeName]),
);

/** The name of a type. For a type that the schema does not know, it is `TYPE_<n>`. */
export function messageTypeName(type: number): MessageTypeName | `TYPE_${number}` {
  return NAMES.get(type) ?? `TYPE_${type}`;
}

/** Whether a message of this type belongs to a stream. Such a message must carry a stream id (M2). */
export function isStreamMessage(type: number): boolean {
  return (
    type === MessageType.DATA ||
    type === MessageType.STREAM_START ||
    type === MessageType.STREAM_RESET ||
    type === MessageType.CONNECTION_START ||
    type === MessageType.CONNECTION_RESET
  );
}
