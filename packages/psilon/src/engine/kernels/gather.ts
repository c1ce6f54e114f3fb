/** to[i] ← from[indices[i]], whole rows of `columns` values; indices are int32. */
export function gatherRows(count: i32, columns: i32, from: usize, indices: usize, to: usize): void {
  const bytes = <usize>columns << 2;
  for (let i = 0; i < count; i++) {
    memory.copy(to, from + <usize>load<i32>(indices + (<usize>i << 2)) * bytes, bytes);
    to += bytes;
  }
}
