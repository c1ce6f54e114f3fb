/** Smaller arrays are as well copied with the message. */
const LEAST_BYTES = 1 << 16;

const shared = new WeakMap<object, object>();

type Numbers = Float32Array | Float64Array | Int32Array;

/**
 * The same plain data, its large arrays in memory that all threads read where it is: a message would copy them for every thread and job.
 * An array that is met again, in another job on the same rows, is not copied again.
 */
export function inSharedMemory<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return value.byteLength < LEAST_BYTES ? value : (sharedArray(value as object as Numbers) as T);
  }
  if (Array.isArray(value)) return value.map(inSharedMemory) as T;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inSharedMemory(part)])) as T;
}

function sharedArray(array: Numbers): object {
  const known = shared.get(array);
  if (known) return known;
  const Kind = array.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Kind(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  shared.set(array, copy);
  return copy;
}
