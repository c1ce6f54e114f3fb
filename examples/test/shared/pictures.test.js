import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPicture, enlarge, sideBySide, writePng } from "../../shared/pictures.js";

let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psilon-pictures-"));
});
afterAll(() => rm(folder, { recursive: true }));

const filled = (width, height, values) => ({
  ...createPicture(width, height),
  values: Float32Array.from(values),
});

test("Pictures stand side by side on white, and a PNG holds them, cut off at black and white", async () => {
  const left = filled(1, 2, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  const right = filled(2, 2, [-1, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const path = await writePng(join(folder, "new", "both.png"), sideBySide([left, right], 1));
  const { width, height, channels, data } = decode(await readFile(path));
  expect({ width, height, channels }).toEqual({ width: 4, height: 2, channels: 3 });
  const white = [255, 255, 255];
  expect([...data]).toEqual([
    ...[0, 51, 102, ...white, 0, 0, 255, 255, 0, 0],
    ...[153, 204, 255, ...white, 0, 255, 0, 0, 0, 255],
  ]);
  expect(await readdir(join(folder, "new"))).toEqual(["both.png"]);
});

test("A picture that cannot be written is refused in a sentence, and nothing is left behind", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(writePng(join(folder, "file", "a.png"), createPicture(1, 1))).rejects.toThrow(
    /The file ".*a\.png" cannot be written: .*; name another folder with --out\.$/,
  );
  expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/\.tmp$/));
});

test("An enlarged picture has squares for pixels", () => {
  const picture = filled(2, 1, [1, 2, 3, 4, 5, 6]);
  const row = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6];
  expect(enlarge(picture, 2)).toEqual(filled(4, 2, [...row, ...row]));
});
