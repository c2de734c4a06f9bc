/**
 * An estimate of what a held frame costs besides its bytes: an entry in a list and a view of the bytes. It is counted
 * too.
 */
export const BYTES_OF_ENTRY = 100;
