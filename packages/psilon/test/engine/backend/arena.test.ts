import { describe, expect, it } from "vitest";
import { Arena } from "../../../src/engine/backend/arena.ts";

const arena = (maximum = 65536) => new Arena(new WebAssembly.Memory({ initial: 1, maximum }), 1000);

/** Entries of a tensor as large as a page of memory. */
const PAGE_ENTRIES = 65536 / 4;

describe("the arena", () => {
  it("gives tensors of zeros that start at a cache line and do not overlap", () => {
    const memory = arena();
    const tensors = [1, 5, 16, 17, 333].map((rows) => memory.tensor(rows, 3));
    tensors.forEach((tensor, i) => {
      expect(tensor.pointer % 64).toBe(0);
      expect(tensor.data.every((value) => value === 0)).toBe(true);
      tensor.data.fill(i + 1);
    });
    tensors.forEach((tensor, i) => {
      expect(tensor.data.every((value) => value === i + 1)).toBe(true);
    });
  });

  it("keeps what tensors hold when the memory grows", () => {
    const memory = arena();
    const first = memory.from([1, 2, 3, 4, 5, 6], 2, 3);
    const view = first.data;
    const second = memory.tensor(1000, 1000);
    expect(view.length).toBe(0);
    expect(Array.from(first.data)).toEqual([1, 2, 3, 4, 5, 6]);
    first.data[0] = 7;
    expect(second.data.every((value) => value === 0)).toBe(true);
    expect(first.data[0]).toBe(7);
  });

  it("grows by an eighth of its size at least, and by no more than is needed where there is no room for that", () => {
    const sizesOf = (memory: Arena) =>
      Array.from({ length: 400 }, () => {
        memory.tensor(PAGE_ENTRIES);
        return memory.memory.buffer.byteLength / 65536;
      });
    const growths = sizesOf(arena()).filter((size, i, all) => i > 0 && size > all[i - 1]);
    expect(growths.length).toBeLessThan(50);
    const tight = sizesOf(arena(402));
    expect(tight.at(-1)).toBeLessThanOrEqual(402);
  });

  it("hands the same view out as long as the memory does not grow", () => {
    const tensor = arena().tensor(4, 4);
    expect(tensor.data).toBe(tensor.data);
  });

  it("gives back what was allocated since a mark, and zeros again afterwards", () => {
    const memory = arena();
    const kept = memory.from([1, 2], 2);
    const mark = memory.mark();
    const released = memory.from([3, 4], 2);
    memory.release(mark);
    expect(memory.used).toBe(mark);
    const reused = memory.tensor(2);
    expect(reused.pointer).toBe(released.pointer);
    expect(Array.from(reused.data)).toEqual([0, 0]);
    expect(Array.from(kept.data)).toEqual([1, 2]);
  });

  it("says how much was needed when memory is not enough", () => {
    expect(() => arena(2).tensor(1000, 1000)).toThrow(/1000 × 1000 does not fit: 4 MiB are needed/);
  });
});
