import protobuf from 'protobufjs';

/** The message of the protocol guides; its type is an enumeration there, which is the same on the wire. */
const { Message } = protobuf.parse(`
  syntax = "proto3";
  message Message {
    int32 type = 1;
    int32 streamId = 2;
    bool ignorable = 3;
    bytes payload = 4;
    string serviceId = 5;
    repeated string availableServiceIds = 6;
    uint32 connectionId = 7;
  }
`).root;

export const Type = {
  DATA: 1,
  STREAM_START: 2,
  STREAM_RESET: 3,
  SESSION_RESET: 4,
  SERVICE_IDS: 5,
  CONNECTION_START: 6,
  CONNECTION_RESET: 7,
};

/** A tunnel frame: two bytes of length, then a message. Fields without a value are left out. */
export function frame(fields) {
  const present = Object.entries(fields).filter(([, value]) => value);
  const body = Message.encode(Message.create(Object.fromEntries(present))).finish();
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}

/** Cuts what the service sends into messages, wherever WebSocket messages begin and end. */
export class Frames {
  #held = Buffer.alloc(0);

  *push(data) {
    this.#held = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    while (this.#held.length >= 2) {
      const end = 2 + this.#held.readUInt16BE(0);
      if (end > this.#held.length) return;
      const body = this.#held.subarray(2, end);
      this.#held = this.#held.subarray(end);
      yield Message.decode(body);
    }
  }
}

/** Tells the status of the handshake, which a WebSocket does not: a refusal must not be repeated, trouble should be. */
export function describeRequest(tell) {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (...all) => handler.onRequestStart?.(...all),
      onRequestUpgrade: (...all) => handler.onRequestUpgrade?.(...all),
      onResponseStart: (controller, status, ...rest) => {
        tell(status);
        return handler.onResponseStart?.(controller, status, ...rest);
      },
      onResponseData: (...all) => handler.onResponseData?.(...all),
      onResponseEnd: (...all) => handler.onResponseEnd?.(...all),
      onResponseError: (...all) => handler.onResponseError?.(...all),
    });
}
