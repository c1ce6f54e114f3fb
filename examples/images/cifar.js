// CIFAR-10 in its binary layout: for each image a byte with its label, then planes of red, green and blue, 32 × 32 bytes each, row by row.
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { InputError } from "psilon";
import { read } from "../shared/read.js";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;
const CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");

/**
 * The images of a file, or of all files of a folder that end in .bin or .bin.gz, as bytes, channels last. `part`: "test" for those of a
 * folder's files with "test" in their name, "train" for those of the others; a lone file's are "all".
 */
export function readCifar(path) {
  const kind = { shape: [SIDE, SIDE, 3], classes: CLASSES };
  return filesOf(path).map(({ file, part }) => ({ ...kind, part, ...readFile(file) }));
}

function filesOf(path) {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) {
    throw new InputError({
      code: "no-such-file",
      found: `There is no file or folder ${path}`,
      where: { source: path },
    });
  }
  if (!isFolder) return [{ file: path, part: "all" }];
  const names = readdirSync(path).filter((name) => /\.bin(\.gz)?$/.test(name));
  if (names.length === 0) {
    throw new InputError({
      code: "no-such-file",
      found: `The folder ${path} has no file that ends in .bin or .bin.gz, as those of CIFAR-10's binary version do`,
      where: { source: path },
    });
  }
  return names
    .sort()
    .map((name) => ({ file: join(path, name), part: name.includes("test") ? "test" : "train" }));
}

function readFile(file) {
  const records = unzipped(file);
  const count = records.length / RECORD;
  if (count === 0 || !Number.isInteger(count)) {
    throw damaged(
      file,
      `holds ${records.length} bytes, but images of CIFAR-10 take ${RECORD} each, a label and three planes of ${SIDE} × ${SIDE}`,
    );
  }
  const labels = Int32Array.from({ length: count }, (_, i) => records[i * RECORD]);
  const strange = labels.findIndex((label) => label >= CLASSES.length);
  if (strange >= 0) {
    throw damaged(
      file,
      `has the label ${labels[strange]} at image ${strange + 1}, but CIFAR-10's are 0 to ${CLASSES.length - 1}`,
    );
  }
  const bytes = new Uint8Array(count * 3 * PLANE);
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const from = i * RECORD + 1 + channel * PLANE;
      const to = i * 3 * PLANE + channel;
      for (let pixel = 0; pixel < PLANE; pixel++) bytes[to + 3 * pixel] = records[from + pixel];
    }
  }
  return { labels, bytes };
}

/** No label is gzip's first byte, so that contents tell whether they are compressed, whatever the file's name. */
function unzipped(file) {
  const bytes = read(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw damaged(file, error.code === "Z_BUF_ERROR" ? "is cut off" : "is compressed, but damaged");
  }
}

function damaged(file, what) {
  return new InputError({
    code: "damaged-file",
    found: `${basename(file)} ${what}`,
    where: { source: file },
    remedy: "download it again",
  });
}
