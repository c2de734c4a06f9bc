/** A tunnel frame with any body. Its length is right, whatever the body contains. */
export function framed(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}
