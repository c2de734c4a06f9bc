/** Another id near one of the client's, which may lie anywhere in the field's range: within it too, and never 0 (M12). */
export function otherId(id: number, by: number): number {
  return id > 2 ** 31 - 1 - by || id + by === 0 ? id - by : id + by;
}
