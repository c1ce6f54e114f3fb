import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readCifar } from "../../images/cifar.js";
import { loadImages } from "../../images/load.js";

const PIXELS = 32 * 32;
const folder = mkdtempSync(join(tmpdir(), "psilon-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An image whose planes are each another number off the pixel's place. */
function record(label, shade) {
  const planes = [0, 1, 2].flatMap((channel) =>
    Array.from({ length: PIXELS }, (_, pixel) => (pixel + 50 * channel + shade) % 256),
  );
  return Buffer.from([label, ...planes]);
}

function file(name, contents) {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

test("an image's planes become the channels of its pixels", () => {
  const [{ part, shape, labels, bytes }] = readCifar(
    file("two.bin", Buffer.concat([record(3, 0), record(9, 7)])),
  );
  expect([part, shape, [...labels]]).toEqual(["all", [32, 32, 3], [3, 9]]);
  expect([...bytes.subarray(0, 6)]).toEqual([0, 50, 100, 1, 51, 101]);
  expect([...bytes.subarray(-3)]).toEqual([(1023 + 7) % 256, (1023 + 57) % 256, (1023 + 107) % 256]);
});

test("a compressed file is read whatever its name", () => {
  const [{ labels }] = readCifar(file("named.bin", gzipSync(record(4, 0))));
  expect([...labels]).toEqual([4]);
});

test("a folder's files say by their names which images are to test on", () => {
  const parts = mkdtempSync(join(folder, "parts-"));
  writeFileSync(join(parts, "test_batch.bin"), Buffer.concat([record(1, 0), record(2, 1)]));
  writeFileSync(join(parts, "data_batch_1.bin"), record(3, 2));
  writeFileSync(join(parts, "data_batch_2.bin.gz"), gzipSync(record(4, 3)));
  writeFileSync(join(parts, "readme.html"), "no images");
  const { train, test: held } = loadImages({ data: parts, seed: 1 });
  expect([[...train.targets], [...held.targets]]).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test("the images to learn from have mean 0 and variance 1 in every channel, and the others the same scale", () => {
  const path = file("scaled.bin", Buffer.concat(Array.from({ length: 20 }, (_, i) => record(i % 2, 3 * i))));
  const { train, test: held, means, deviations } = loadImages({ data: path, seed: 2 });
  expect([train.rows, held.rows]).toEqual([16, 4]);
  for (let c = 0; c < 3; c++) {
    const values = train.inputs.filter((_, k) => k % 3 === c);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(variance).toBeCloseTo(1, 4);
    const byte = 255 * (held.inputs[c] * deviations[c] + means[c]);
    expect(byte).toBeCloseTo(Math.round(byte), 2);
  }
});

test.each([
  [
    "a file that is not there",
    () => join(folder, "nowhere.bin"),
    /^There is no file or folder .*nowhere\.bin\.$/,
  ],
  [
    "a folder without CIFAR files",
    () => mkdtempSync(join(folder, "empty-")),
    /^The folder .*empty-.* has no file that ends in \.bin or \.bin\.gz, as those of CIFAR-10's binary version do\.$/,
  ],
  [
    "a file that ends within an image",
    () => file("short.bin", record(1, 0).subarray(1)),
    "short.bin holds 3072 bytes, but images of CIFAR-10 take 3073 each, a label and three planes of 32 × 32; download it again.",
  ],
  ["a file without images", () => file("none.bin", ""), /^none\.bin holds 0 bytes/],
  [
    "a label beyond the classes",
    () => file("label.bin", Buffer.concat([record(9, 0), record(10, 0)])),
    "label.bin has the label 10 at image 2, but CIFAR-10's are 0 to 9; download it again.",
  ],
  [
    "a compressed file that is cut off",
    () => file("cut.bin.gz", gzipSync(record(1, 0)).subarray(0, 100)),
    "cut.bin.gz is cut off; download it again.",
  ],
  [
    "a compressed file that is damaged",
    () => file("bad.bin.gz", Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9])),
    "bad.bin.gz is compressed, but damaged; download it again.",
  ],
])("%s is refused in a sentence", (_, path, sentence) => {
  expect(() => readCifar(path())).toThrow(sentence);
});
