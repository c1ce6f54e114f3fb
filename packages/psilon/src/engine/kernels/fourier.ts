// Sines and cosines of projected coordinates, in blocks: `size` sines of as many angles in turns, then their cosines, then the next angles'.

import { cosPi4, sinPi4 } from "./elementary";
import { loadPart, splat, storePart } from "./vector";

/** out ← [`kept` columns of x, sin(2πz), cos(2πz), …], row by row. */
export function fourierFeatures(
  rows: i32, blocks: i32, size: i32, kept: i32, z: usize, x: usize, out: usize,
): void {
  const bytes = <usize>size << 2;
  for (let i = 0; i < rows; i++) {
    memory.copy(out, x, <usize>kept << 2);
    x += <usize>kept << 2;
    out += <usize>kept << 2;
    for (let b = 0; b < blocks; b++) {
      for (let j = 0; j < size; j += 4) {
        const at = <usize>j << 2;
        const turns = loadPart(z + at, size - j);
        const angle = v128.add<f32>(turns, turns);
        storePart(out + at, sinPi4(angle), size - j);
        storePart(out + bytes + at, cosPi4(angle), size - j);
      }
      z += bytes;
      out += 2 * bytes;
    }
  }
}

/** δz ← 2π·(cos(2πz)·δ of the sine − sin(2πz)·δ of the cosine), where `values` are what `fourierFeatures` wrote. */
export function fourierSlopes(
  rows: i32, blocks: i32, size: i32, kept: i32, values: usize, delta: usize, dz: usize,
): void {
  const bytes = <usize>size << 2;
  for (let i = 0; i < rows; i++) {
    values += <usize>kept << 2;
    delta += <usize>kept << 2;
    for (let b = 0; b < blocks; b++) {
      for (let j = 0; j < size; j += 4) {
        const at = <usize>j << 2;
        const left = size - j;
        const bySine = v128.mul<f32>(loadPart(values + bytes + at, left), loadPart(delta + at, left));
        const byCosine = v128.mul<f32>(loadPart(values + at, left), loadPart(delta + bytes + at, left));
        storePart(dz + at, v128.mul<f32>(splat(6.283185307179586), v128.sub<f32>(bySine, byCosine)), left);
      }
      values += 2 * bytes;
      delta += 2 * bytes;
      dz += bytes;
    }
  }
}
