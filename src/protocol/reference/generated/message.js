/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $Array = $util.global.Array, $TypeError = $util.global.TypeError, $Number = $util.global.Number, $Boolean = $util.global.Boolean, $String = $util.global.String;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const com = $root.com = (() => {

    /**
     * Namespace com.
     * @exports com
     * @namespace
     */
    const com = {};

    com.amazonaws = (function() {

        /**
         * Namespace amazonaws.
         * @memberof com
         * @namespace
         */
        const amazonaws = {};

        amazonaws.iot = (function() {

            /**
             * Namespace iot.
             * @memberof com.amazonaws
             * @namespace
             */
            const iot = {};

            iot.securedtunneling = (function() {

                /**
                 * Namespace securedtunneling.
                 * @memberof com.amazonaws.iot
                 * @namespace
                 */
                const securedtunneling = {};

                securedtunneling.Message = (function() {

                    /**
                     * Properties of a Message.
                     * @typedef {Object} com.amazonaws.iot.securedtunneling.Message.$Properties
                     * @property {com.amazonaws.iot.securedtunneling.Message.Type|null} [type] Message type
                     * @property {number|null} [streamId] Message streamId
                     * @property {boolean|null} [ignorable] Message ignorable
                     * @property {Uint8Array|null} [payload] Message payload
                     * @property {string|null} [serviceId] Message serviceId
                     * @property {Array.<string>|null} [availableServiceIds] Message availableServiceIds
                     * @property {number|null} [connectionId] Message connectionId
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a Message.
                     * @memberof com.amazonaws.iot.securedtunneling
                     * @interface IMessage
                     * @augments com.amazonaws.iot.securedtunneling.Message.$Properties
                     * @deprecated Use com.amazonaws.iot.securedtunneling.Message.$Properties instead.
                     */

                    /**
                     * Shape of a Message.
                     * @typedef {com.amazonaws.iot.securedtunneling.Message.$Properties} com.amazonaws.iot.securedtunneling.Message.$Shape
                     */

                    /**
                     * Constructs a new Message.
                     * @memberof com.amazonaws.iot.securedtunneling
                     * @classdesc Represents a Message.
                     * @constructor
                     * @param {com.amazonaws.iot.securedtunneling.Message.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const Message = function (properties) {
                        this.availableServiceIds = [];
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * Message type.
                     * @member {com.amazonaws.iot.securedtunneling.Message.Type} type
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.type = 0;

                    /**
                     * Message streamId.
                     * @member {number} streamId
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.streamId = 0;

                    /**
                     * Message ignorable.
                     * @member {boolean} ignorable
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.ignorable = false;

                    /**
                     * Message payload.
                     * @member {Uint8Array} payload
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.payload = $util.newBuffer([]);

                    /**
                     * Message serviceId.
                     * @member {string} serviceId
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.serviceId = "";

                    /**
                     * Message availableServiceIds.
                     * @member {Array.<string>} availableServiceIds
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.availableServiceIds = $util.emptyArray;

                    /**
                     * Message connectionId.
                     * @member {number} connectionId
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     */
                    Message.prototype.connectionId = 0;

                    /**
                     * Creates a new Message instance using the specified properties.
                     * @function create
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {com.amazonaws.iot.securedtunneling.Message.$Properties=} [properties] Properties to set
                     * @returns {com.amazonaws.iot.securedtunneling.Message} Message instance
                     * @type {{
                     *   (properties: com.amazonaws.iot.securedtunneling.Message.$Shape): com.amazonaws.iot.securedtunneling.Message & com.amazonaws.iot.securedtunneling.Message.$Shape;
                     *   (properties?: com.amazonaws.iot.securedtunneling.Message.$Properties): com.amazonaws.iot.securedtunneling.Message;
                     * }}
                     */
                    Message.create = function(properties) {
                        return new Message(properties);
                    };

                    /**
                     * Encodes the specified Message message. Does not implicitly {@link com.amazonaws.iot.securedtunneling.Message.verify|verify} messages.
                     * @function encode
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {com.amazonaws.iot.securedtunneling.Message.$Properties} message Message message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    Message.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.type);
                        if (message.streamId != null && $Object.hasOwnProperty.call(message, "streamId") && message.streamId !== 0)
                            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.streamId);
                        if (message.ignorable != null && $Object.hasOwnProperty.call(message, "ignorable") && message.ignorable !== false)
                            writer.uint32(/* id 3, wireType 0 =*/24).bool(message.ignorable);
                        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                            writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.payload);
                        if (message.serviceId != null && $Object.hasOwnProperty.call(message, "serviceId") && message.serviceId !== "")
                            writer.uint32(/* id 5, wireType 2 =*/42).string(message.serviceId);
                        if (message.availableServiceIds != null && message.availableServiceIds.length)
                            for (let i = 0; i < message.availableServiceIds.length; ++i)
                                writer.uint32(/* id 6, wireType 2 =*/50).string(message.availableServiceIds[i]);
                        if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId") && message.connectionId !== 0)
                            writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.connectionId);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a Message message from the specified reader or buffer.
                     * @function decode
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {com.amazonaws.iot.securedtunneling.Message & com.amazonaws.iot.securedtunneling.Message.$Shape} Message
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    Message.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.com.amazonaws.iot.securedtunneling.Message();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.type = value;
                                    else
                                        delete message.type;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.int32())
                                        message.streamId = value;
                                    else
                                        delete message.streamId;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.bool())
                                        message.ignorable = value;
                                    else
                                        delete message.ignorable;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.payload = value;
                                    else
                                        delete message.payload;
                                    continue;
                                }
                            case 5: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.serviceId = value;
                                    else
                                        delete message.serviceId;
                                    continue;
                                }
                            case 6: {
                                    if (wireType !== 2)
                                        break;
                                    if (!(message.availableServiceIds && message.availableServiceIds.length))
                                        message.availableServiceIds = [];
                                    message.availableServiceIds.push(reader.stringVerify());
                                    continue;
                                }
                            case 7: {
                                    if (wireType !== 0)
                                        break;
                                    if (value = reader.uint32())
                                        message.connectionId = value;
                                    else
                                        delete message.connectionId;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    /**
                     * Verifies a Message message.
                     * @function verify
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {Object.<string,*>} message Plain object to verify
                     * @returns {string|null} `null` if valid, otherwise the reason why it is not
                     */
                    Message.verify = function (message, _depth) {
                        if (typeof message !== "object" || message === null)
                            return "object expected";
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            return "max depth exceeded";
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                            if (typeof message.type !== "number" || (message.type | 0) !== message.type)
                                return "type: enum value expected";
                        if (message.streamId != null && $Object.hasOwnProperty.call(message, "streamId"))
                            if (!$util.isInteger(message.streamId))
                                return "streamId: integer expected";
                        if (message.ignorable != null && $Object.hasOwnProperty.call(message, "ignorable"))
                            if (typeof message.ignorable !== "boolean")
                                return "ignorable: boolean expected";
                        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload"))
                            if (!(message.payload && typeof message.payload.length === "number" || $util.isString(message.payload)))
                                return "payload: buffer expected";
                        if (message.serviceId != null && $Object.hasOwnProperty.call(message, "serviceId"))
                            if (!$util.isString(message.serviceId))
                                return "serviceId: string expected";
                        if (message.availableServiceIds != null && $Object.hasOwnProperty.call(message, "availableServiceIds")) {
                            if (!$Array.isArray(message.availableServiceIds))
                                return "availableServiceIds: array expected";
                            for (let i = 0; i < message.availableServiceIds.length; ++i)
                                if (!$util.isString(message.availableServiceIds[i]))
                                    return "availableServiceIds: string[] expected";
                        }
                        if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId"))
                            if (!$util.isInteger(message.connectionId))
                                return "connectionId: integer expected";
                        return null;
                    };

                    /**
                     * Creates a Message message from a plain object. Also converts values to their respective internal types.
                     * @function fromObject
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {Object.<string,*>} object Plain object
                     * @returns {com.amazonaws.iot.securedtunneling.Message} Message
                     */
                    Message.fromObject = function (object, _depth) {
                        if (object instanceof $root.com.amazonaws.iot.securedtunneling.Message)
                            return object;
                        if (!$util.isObject(object))
                            throw $TypeError(".com.amazonaws.iot.securedtunneling.Message: object expected");
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        let message = new $root.com.amazonaws.iot.securedtunneling.Message();
                        if (object.type !== 0 && (typeof object.type !== "string" || $root.com.amazonaws.iot.securedtunneling.Message.Type[object.type] !== 0))
                            switch (object.type) {
                            case "UNKNOWN":
                            case 0:
                                message.type = 0;
                                break;
                            case "DATA":
                            case 1:
                                message.type = 1;
                                break;
                            case "STREAM_START":
                            case 2:
                                message.type = 2;
                                break;
                            case "STREAM_RESET":
                            case 3:
                                message.type = 3;
                                break;
                            case "SESSION_RESET":
                            case 4:
                                message.type = 4;
                                break;
                            case "SERVICE_IDS":
                            case 5:
                                message.type = 5;
                                break;
                            case "CONNECTION_START":
                            case 6:
                                message.type = 6;
                                break;
                            case "CONNECTION_RESET":
                            case 7:
                                message.type = 7;
                                break;
                            default:
                                if (typeof object.type === "number" && (object.type | 0) === object.type)
                                    message.type = object.type;
                            }
                        if (object.streamId != null)
                            if ($Number(object.streamId) !== 0)
                                message.streamId = object.streamId | 0;
                        if (object.ignorable != null)
                            if (object.ignorable)
                                message.ignorable = $Boolean(object.ignorable);
                        if (object.payload != null)
                            if (object.payload.length)
                                if (typeof object.payload === "string")
                                    $util.base64.decode(object.payload, message.payload = $util.newBuffer($util.base64.length(object.payload)), 0);
                                else if (object.payload.length >= 0)
                                    message.payload = object.payload;
                        if (object.serviceId != null)
                            if (typeof object.serviceId !== "string" || object.serviceId.length)
                                message.serviceId = $String(object.serviceId);
                        if (object.availableServiceIds) {
                            if (!$Array.isArray(object.availableServiceIds))
                                throw $TypeError(".com.amazonaws.iot.securedtunneling.Message.availableServiceIds: array expected");
                            message.availableServiceIds = $Array(object.availableServiceIds.length);
                            for (let i = 0; i < object.availableServiceIds.length; ++i)
                                message.availableServiceIds[i] = $String(object.availableServiceIds[i]);
                        }
                        if (object.connectionId != null)
                            if ($Number(object.connectionId) !== 0)
                                message.connectionId = object.connectionId >>> 0;
                        return message;
                    };

                    /**
                     * Creates a plain object from a Message message. Also converts values to other types if specified.
                     * @function toObject
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {com.amazonaws.iot.securedtunneling.Message} message Message
                     * @param {$protobuf.IConversionOptions} [options] Conversion options
                     * @returns {Object.<string,*>} Plain object
                     */
                    Message.toObject = function (message, options, _depth) {
                        if (!options)
                            options = {};
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        let object = {};
                        if (options.arrays || options.defaults)
                            object.availableServiceIds = [];
                        if (options.defaults) {
                            object.type = options.enums === $String ? "UNKNOWN" : 0;
                            object.streamId = 0;
                            object.ignorable = false;
                            if (options.bytes === $String)
                                object.payload = "";
                            else {
                                object.payload = [];
                                if (options.bytes !== $Array)
                                    object.payload = $util.newBuffer(object.payload);
                            }
                            object.serviceId = "";
                            object.connectionId = 0;
                        }
                        if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                            object.type = options.enums === $String ? $root.com.amazonaws.iot.securedtunneling.Message.Type[message.type] === $undefined ? message.type : $root.com.amazonaws.iot.securedtunneling.Message.Type[message.type] : message.type;
                        if (message.streamId != null && $Object.hasOwnProperty.call(message, "streamId"))
                            object.streamId = message.streamId;
                        if (message.ignorable != null && $Object.hasOwnProperty.call(message, "ignorable"))
                            object.ignorable = message.ignorable;
                        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload"))
                            object.payload = options.bytes === $String ? $util.base64.encode(message.payload, 0, message.payload.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.payload) : message.payload;
                        if (message.serviceId != null && $Object.hasOwnProperty.call(message, "serviceId"))
                            object.serviceId = message.serviceId;
                        if (message.availableServiceIds && message.availableServiceIds.length) {
                            object.availableServiceIds = $Array(message.availableServiceIds.length);
                            for (let j = 0; j < message.availableServiceIds.length; ++j)
                                object.availableServiceIds[j] = message.availableServiceIds[j];
                        }
                        if (message.connectionId != null && $Object.hasOwnProperty.call(message, "connectionId"))
                            object.connectionId = message.connectionId;
                        return object;
                    };

                    /**
                     * Converts this Message to JSON.
                     * @function toJSON
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @instance
                     * @returns {Object.<string,*>} JSON object
                     */
                    Message.prototype.toJSON = function() {
                        return Message.toObject(this, $protobuf.util.toJSONOptions);
                    };

                    /**
                     * Gets the type url for Message
                     * @function getTypeUrl
                     * @memberof com.amazonaws.iot.securedtunneling.Message
                     * @static
                     * @param {string} [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
                     * @returns {string} The type url
                     */
                    Message.getTypeUrl = function(prefix) {
                        if (prefix === $undefined)
                            prefix = "type.googleapis.com";
                        return prefix + "/com.amazonaws.iot.securedtunneling.Message";
                    };

                    /**
                     * Type enum.
                     * @name com.amazonaws.iot.securedtunneling.Message.Type
                     * @enum {number}
                     * @property {number} UNKNOWN=0 UNKNOWN value
                     * @property {number} DATA=1 DATA value
                     * @property {number} STREAM_START=2 STREAM_START value
                     * @property {number} STREAM_RESET=3 STREAM_RESET value
                     * @property {number} SESSION_RESET=4 SESSION_RESET value
                     * @property {number} SERVICE_IDS=5 SERVICE_IDS value
                     * @property {number} CONNECTION_START=6 CONNECTION_START value
                     * @property {number} CONNECTION_RESET=7 CONNECTION_RESET value
                     */
                    Message.Type = (function() {
                        const valuesById = $Object.create(null), values = $Object.create(valuesById);
                        values[valuesById[0] = "UNKNOWN"] = 0;
                        values[valuesById[1] = "DATA"] = 1;
                        values[valuesById[2] = "STREAM_START"] = 2;
                        values[valuesById[3] = "STREAM_RESET"] = 3;
                        values[valuesById[4] = "SESSION_RESET"] = 4;
                        values[valuesById[5] = "SERVICE_IDS"] = 5;
                        values[valuesById[6] = "CONNECTION_START"] = 6;
                        values[valuesById[7] = "CONNECTION_RESET"] = 7;
                        return values;
                    })();

                    return Message;
                })();

                return securedtunneling;
            })();

            return iot;
        })();

        return amazonaws;
    })();

    return com;
})();

export {
  $root as default
};
