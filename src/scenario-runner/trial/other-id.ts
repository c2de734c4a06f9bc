/** Another id, close to an id of the client. It is within the range of the field, and never 0 (M12). */
export function otherId(id: number, by: number): number {
  return id > 2 ** 31 - 1 - by || id + by === 0 ? id - by : id + by;
}
