import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPicture, shrinkTo } from "../../image/readPicture.js";
import { testCard } from "../../image/testCard.js";

let path;
let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psilon-image-"));
  path = join(folder, "a.png");
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["colours", 3, 8, [0, 51, 102, 255, 204, 153], [0, 0.2, 0.4, 1, 0.8, 0.6]],
  ["grey values", 1, 8, [51, 255], [0.2, 0.2, 0.2, 1, 1, 1]],
  ["sixteen bits", 1, 16, [13107, 65535], [0.2, 0.2, 0.2, 1, 1, 1]],
  ["transparent colours", 4, 8, [0, 51, 102, 255, 0, 51, 102, 0], [0, 0.2, 0.4, 1, 1, 1]],
  ["half transparent grey values", 2, 8, [0, 51, 0, 255], [0.8, 0.8, 0.8, 0, 0, 0]],
])("A PNG of %s is read as what is seen on white", async (_, channels, depth, values, seen) => {
  const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  await writeFile(path, encode({ width: 2, height: 1, data, channels, depth }));
  const picture = await readPicture(path);
  expect([picture.width, picture.height]).toEqual([2, 1]);
  picture.values.forEach((value, k) => {
    expect(value).toBeCloseTo(seen[k], 6);
  });
});

test("What is no PNG is refused in a sentence", async () => {
  await writeFile(path, "no picture");
  await expect(readPicture(path)).rejects.toThrow(/^The file ".*a\.png" is no PNG that can be read: .*\.$/);
  await expect(readPicture(join(folder, "none.png"))).rejects.toThrow(/^There is no file ".*none\.png"\.$/);
});

test("A large picture is made smaller by means of whole blocks, a small one stays", () => {
  const card = testCard(12);
  expect(shrinkTo(card, 12)).toBe(card);
  const small = shrinkTo(card, 5);
  expect([small.width, small.height]).toEqual([4, 4]);
  let sum = 0;
  for (const x of [3, 4, 5]) for (const y of [6, 7, 8]) sum += card.values[3 * (12 * y + x) + 1];
  expect(small.values[3 * (4 * 2 + 1) + 1]).toBeCloseTo(sum / 9, 6);
});
