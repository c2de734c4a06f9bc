// Step 2 of the article: the source says hello, the destination reads it.
// node hello.mjs ws://localhost:8443 SOURCE_TOKEN DESTINATION_TOKEN
import WebSocket from 'ws';

const [endpoint, sourceToken, destinationToken] = process.argv.slice(2);
const join = (mode, token) =>
  new WebSocket(`${endpoint}/tunnel?local-proxy-mode=${mode}`, 'aws.iot.securetunneling-2.0', {
    headers: { 'access-token': token },
  });

// A frame is two bytes of length, then one protobuf Message. Field 1 is the type, 2 the stream id, 4 the payload.
const frame = (...message) => Buffer.from([message.length >> 8, message.length & 0xff, ...message]);
const STREAM_START = frame(0x08, 2, 0x10, 1);
const data = (text) => frame(0x08, 1, 0x10, 1, 0x22, text.length, ...Buffer.from(text));

let received = Buffer.alloc(0);
const destination = join('destination', destinationToken);
destination.on('message', (piece) => {
  // WebSocket boundaries mean nothing: collect bytes, and take frames off by their length.
  received = Buffer.concat([received, piece]);
  while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
    const message = received.subarray(2, 2 + received.readUInt16BE(0));
    received = received.subarray(2 + message.length);
    if (message[1] !== 1) continue; // not DATA
    const payload = message.indexOf(0x22) + 2;
    console.log(message.subarray(payload, payload + message[payload - 1]).toString());
    source.close();
    destination.close();
  }
});

let source;
destination.on('open', () => {
  source = join('source', sourceToken);
  source.on('open', () => {
    source.send(STREAM_START);
    source.send(data('Hello from the source'));
  });
});
