/** What a held frame costs beside its bytes: an entry in a list, and the view on the bytes. Counted with them. */
export const BYTES_OF_ENTRY = 100;
