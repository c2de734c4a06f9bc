import * as $protobuf from "protobufjs";

/** Namespace com. */
export namespace com {

    /** Namespace amazonaws. */
    namespace amazonaws {

        /** Namespace iot. */
        namespace iot {

            /** Namespace securedtunneling. */
            namespace securedtunneling {

                /**
                 * Properties of a Message.
                 * @deprecated Use com.amazonaws.iot.securedtunneling.Message.$Properties instead.
                 */
                interface IMessage extends com.amazonaws.iot.securedtunneling.Message.$Properties {
                }

                /** Represents a Message. */
                class Message {

                    /**
                     * Constructs a new Message.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: com.amazonaws.iot.securedtunneling.Message.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Message type. */
                    type: com.amazonaws.iot.securedtunneling.Message.Type;

                    /** Message streamId. */
                    streamId: number;

                    /** Message ignorable. */
                    ignorable: boolean;

                    /** Message payload. */
                    payload: Uint8Array;

                    /** Message serviceId. */
                    serviceId: string;

                    /** Message availableServiceIds. */
                    availableServiceIds: string[];

                    /** Message connectionId. */
                    connectionId: number;

                    /**
                     * Creates a new Message instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns Message instance
                     */
                    static create(properties: com.amazonaws.iot.securedtunneling.Message.$Shape): com.amazonaws.iot.securedtunneling.Message & com.amazonaws.iot.securedtunneling.Message.$Shape;
                    static create(properties?: com.amazonaws.iot.securedtunneling.Message.$Properties): com.amazonaws.iot.securedtunneling.Message;

                    /**
                     * Encodes the specified Message message. Does not implicitly {@link com.amazonaws.iot.securedtunneling.Message.verify|verify} messages.
                     * @param message Message message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: com.amazonaws.iot.securedtunneling.Message.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Message message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {com.amazonaws.iot.securedtunneling.Message & com.amazonaws.iot.securedtunneling.Message.$Shape} Message
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): com.amazonaws.iot.securedtunneling.Message & com.amazonaws.iot.securedtunneling.Message.$Shape;

                    /**
                     * Verifies a Message message.
                     * @param message Plain object to verify
                     * @returns `null` if valid, otherwise the reason why it is not
                     */
                    static verify(message: { [k: string]: any }): (string|null);

                    /**
                     * Creates a Message message from a plain object. Also converts values to their respective internal types.
                     * @param object Plain object
                     * @returns Message
                     */
                    static fromObject(object: { [k: string]: any }): com.amazonaws.iot.securedtunneling.Message;

                    /**
                     * Creates a plain object from a Message message. Also converts values to other types if specified.
                     * @param message Message
                     * @param [options] Conversion options
                     * @returns Plain object
                     */
                    static toObject(message: com.amazonaws.iot.securedtunneling.Message, options?: $protobuf.IConversionOptions): { [k: string]: any };

                    /**
                     * Converts this Message to JSON.
                     * @returns JSON object
                     */
                    toJSON(): { [k: string]: any };

                    /**
                     * Gets the type url for Message
                     * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                     * @returns The type url
                     */
                    static getTypeUrl(prefix?: string): string;
                }

                namespace Message {

                    /** Properties of a Message. */
                    interface $Properties {

                        /** Message type */
                        type?: (com.amazonaws.iot.securedtunneling.Message.Type|null);

                        /** Message streamId */
                        streamId?: (number|null);

                        /** Message ignorable */
                        ignorable?: (boolean|null);

                        /** Message payload */
                        payload?: (Uint8Array|null);

                        /** Message serviceId */
                        serviceId?: (string|null);

                        /** Message availableServiceIds */
                        availableServiceIds?: (string[]|null);

                        /** Message connectionId */
                        connectionId?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Message. */
                    type $Shape = com.amazonaws.iot.securedtunneling.Message.$Properties;

                    /** Type enum. */
                    enum Type {

                        /** UNKNOWN value */
                        UNKNOWN = 0,

                        /** DATA value */
                        DATA = 1,

                        /** STREAM_START value */
                        STREAM_START = 2,

                        /** STREAM_RESET value */
                        STREAM_RESET = 3,

                        /** SESSION_RESET value */
                        SESSION_RESET = 4,

                        /** SERVICE_IDS value */
                        SERVICE_IDS = 5,

                        /** CONNECTION_START value */
                        CONNECTION_START = 6,

                        /** CONNECTION_RESET value */
                        CONNECTION_RESET = 7
                    }
                }
            }
        }
    }
}
