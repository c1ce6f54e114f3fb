/** The given columns of a row-major matrix of `width` columns; the matrix itself where they are all of them. */
export function takeColumns(from: Float32Array, width: number, columns: Int32Array): Float32Array {
  if (columns.length === width) return from;
  const rows = from.length / width;
  const taken = new Float32Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns.length; j++) taken[i * columns.length + j] = from[i * width + columns[j]];
  }
  return taken;
}
