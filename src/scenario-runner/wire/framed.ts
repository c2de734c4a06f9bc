/** A tunnel frame around any body: the length is right, whatever the body holds. */
export function framed(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}
