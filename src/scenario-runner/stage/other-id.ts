/** An id that differs from one of the client's, which may lie anywhere in the field's range, so that it stays in it. */
export function otherId(id: number, by: number): number {
  return id > 2 ** 31 - 1 - by ? id - by : id + by;
}
