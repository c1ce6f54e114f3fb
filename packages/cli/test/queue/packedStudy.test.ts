import { frameFrom, InputError, type TrainOptions } from "psilon";
import { describe, expect, expectTypeOf, it } from "vitest";
import { packStudy, unpackStudy } from "../../src/queue/packedStudy.js";
import { FOREIGN, type Study } from "../../src/sweeps/study.js";
import { hostileNames } from "../support/hostileTable.js";

const ROWS = 23;
const origin = { source: "ä table.csv", firstRow: 2 };
const several = { ...origin, files: [{ source: "a.csv", firstRow: 2, rows: ROWS }] };

/** Numbers of every kind that there is, NaNs of another kind than the one among them. */
const oddNumbers = new Float64Array(ROWS).map((_, i) => [0, -0, Number.NaN, 5e-324, -1.5, 1e308][i % 6]);
new BigUint64Array(oddNumbers.buffer)[4] = 0x7ff8_0000_dead_beefn;

const study: Study = {
  frame: {
    origin,
    rowCount: ROWS,
    missing: ["-999", "n/a"],
    columns: [
      { kind: "numbers", name: "x", origin, values: oddNumbers },
      {
        kind: "numbers",
        name: hostileNames.proto,
        origin: several,
        reading: "read as percent",
        values: oddNumbers,
      },
      {
        kind: "categories",
        name: hostileNames.quotes,
        origin,
        codes: new Int32Array(ROWS).map((_, i) => (i % 5) - 1),
        dictionary: ["", "é😀", "\ud800", "__proto__"],
      },
      { kind: "booleans", name: "b", origin, values: new Int8Array(ROWS).map((_, i) => (i % 3) - 1) },
      {
        kind: "dates",
        name: "d",
        origin,
        values: new Float64Array(ROWS).map((_, i) => (i % 4 ? i * 864e5 : Number.NaN)),
      },
      { kind: "unread", name: "id", origin, reason: "it was named by --ignore" },
    ],
  },
  target: ["x"],
  options: {
    preset: "fast",
    lambda: 1e-3,
    seed: 2 ** 53 - 1,
    columns: { id: "ignore", [hostileNames.proto]: "numeric" },
    encode: { x: "bins" },
    monotone: { d: "+" },
    sampleWeights: new Float64Array(ROWS).map((_, i) => i / 7),
  },
  folds: 3,
};

const packed = packStudy(study);

/** The header's text, and the bytes of a study with another. */
const headerBytes = packed.slice(24, 24 + new DataView(packed.buffer).getUint32(16, true));
const headerText = new TextDecoder().decode(headerBytes);
const withHeader = (text: string): Uint8Array => {
  const header = new TextEncoder().encode(text);
  const rest = packed.slice(8 * Math.ceil((24 + headerBytes.length) / 8));
  const begin = 8 * Math.ceil((24 + header.length) / 8);
  const bytes = new Uint8Array(begin + rest.length);
  bytes.set(packed.slice(0, 24));
  new DataView(bytes.buffer).setUint32(16, header.length, true);
  bytes.set(header, 24);
  bytes.set(rest, begin);
  return bytes;
};
const altered = (alter: (header: Record<string, never>) => unknown) =>
  withHeader(JSON.stringify(alter(JSON.parse(headerText))));

/** The sentence with which bytes are refused; null where they are not. */
function refusal(bytes: Uint8Array): string | null {
  try {
    unpackStudy(bytes);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
}

describe("a packed study", () => {
  it("is read as it was, all its arrays to the bit", () => {
    const read = unpackStudy(packed);
    expect(read).toEqual(study);
    const bytesOf = ({ frame }: Study) =>
      frame.columns.map((column) => {
        if (column.kind === "unread") return null;
        const { buffer, byteOffset, byteLength } =
          column.kind === "categories" ? column.codes : column.values;
        return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("hex");
      });
    expect(bytesOf(read)).toEqual(bytesOf(study));
    expect(Object.keys(read.options.columns ?? {})).toEqual(["id", "__proto__"]);
    expect(read.frame.columns[0].origin).toBe(read.frame.origin);
  });

  it("is the same bytes each time, and packs the same after it was read", () => {
    expect(packStudy(study)).toEqual(packed);
    expect(packStudy(unpackStudy(packed))).toEqual(packed);
  });

  it("is read wherever its bytes begin, and in memory that threads share", () => {
    const shifted = new Uint8Array(packed.length + 3);
    shifted.set(packed, 3);
    expect(unpackStudy(shifted.subarray(3))).toEqual(study);
    const shared = new Uint8Array(new SharedArrayBuffer(packed.length));
    shared.set(packed);
    expect(unpackStudy(shared)).toEqual(study);
  });

  it("holds tables without rows to weigh, and of one column", () => {
    const small: Study = { frame: frameFrom({ y: [1, 2, 3] }), target: ["y"], options: {}, folds: 2 };
    expect(unpackStudy(packStudy(small))).toEqual(small);
  });

  it("is refused wherever it is cut off, and with anything behind it", () => {
    for (let length = 0; length < packed.length; length++) {
      expect(refusal(packed.slice(0, length)), `${length} bytes`).toMatch(
        /^The packed study cannot be used: /,
      );
    }
    const longer = new Uint8Array(packed.length + 1);
    longer.set(packed);
    expect(refusal(longer)).toBe("The packed study cannot be used: there is more behind its rows.");
  });

  it("is refused in a sentence or read as another, whichever bit is wrong", () => {
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = packed.slice();
      bytes[random(i % 2 ? bytes.length : 24 + headerText.length)] ^= 1 << random(8);
      if (refusal(bytes) !== null) refused++;
    }
    expect(refused).toBeGreaterThan(500);
  });

  it.each<[string, (header: Record<string, never>) => unknown, RegExp]>([
    ["an unknown field", (header) => ({ ...header, script: "x" }), /unknown field "script"/],
    ["a missing field", ({ folds: _, ...header }) => header, /has no "folds"/],
    ["a list for a header", (header) => [header], /is no object/],
    ["nothing for a header", () => null, /is no object/],
    ["as many rows as there cannot be", (header) => ({ ...header, rowCount: 1e9 }), /count of rows/],
    ["one row more", (header) => ({ ...header, rowCount: ROWS + 1 }), /./],
    ["a part of a row", (header) => ({ ...header, rowCount: 1.5 }), /count of rows/],
    ["fewer rows than none", (header) => ({ ...header, rowCount: -1 }), /count of rows/],
    ["no origin", (header) => ({ ...header, origins: [] }), /where its rows are from/],
    ["a fold", (header) => ({ ...header, folds: 1 }), /number of folds/],
    ["words for folds", (header) => ({ ...header, folds: "5" }), /number of folds/],
    ["a number for a target", (header) => ({ ...header, target: [1] }), /target/],
    ["columns that are none", (header) => ({ ...header, columns: { length: 3 } }), /list of columns/],
    ["a seed below 0", (header) => ({ ...header, options: { seed: -1 } }), /seed is a whole number/],
    [
      "an option that there is not",
      (header) => ({ ...header, options: { require: "fs" } }),
      /no option "require"/,
    ],
    ["an option of a program", (header) => ({ ...header, options: { run: "rm" } }), /its options have "run"/],
    [
      "rows among the options",
      (header) => ({ ...header, options: { rows: [1] } }),
      /its options have "rows"/,
    ],
    ["options that are no kinds", (header) => ({ ...header, options: { encode: { x: [[]] } } }), /./],
    ["texts for options", (header) => ({ ...header, options: "x" }), /options are no object/],
  ])("is refused with %s", (_, alter, said) => {
    expect(refusal(altered(alter))).toMatch(said);
  });

  it("is refused with any option that is no plain data, whatever it is said to be", () => {
    for (const name of FOREIGN) {
      expect(refusal(altered((header) => ({ ...header, options: { [name]: 1 } })))).toBe(
        `The packed study cannot be used: its options have "${name}".`,
      );
    }
    // Of all that training takes, what can be called or told to end is among them.
    type Called<Name extends keyof TrainOptions> = Extract<
      TrainOptions[Name],
      AbortSignal | ((...given: never) => unknown)
    >;
    type Left = { [Name in keyof Study["options"]]-?: Called<Name> }[keyof Study["options"]];
    expectTypeOf<Left>().toBeNever();
  });

  it.each<[string, (column: Record<string, unknown>) => object, RegExp]>([
    ["a kind that there is not", (column) => ({ ...column, kind: "functions" }), /no kind that there is/],
    ["a name that is none", (column) => ({ ...column, name: { toString: 1 } }), /column's name/],
    ["an origin that is not there", (column) => ({ ...column, origin: 2 }), /column's origin/],
    ["an unknown field", (column) => ({ ...column, values: [1] }), /unknown field "values"/],
    ["fewer texts than its codes", (column) => ({ ...column, dictionary: ["a"] }), /stands for nothing/],
    ["a text twice", (column) => ({ ...column, dictionary: ["a", "b", "c", "a"] }), /a text twice/],
    ["texts that are none", (column) => ({ ...column, dictionary: [1, 2, 3, 4] }), /category/],
    ["no texts", ({ dictionary: _, ...column }) => column, /belongs to another kind/],
    ["a reason to leave it out", (column) => ({ ...column, reason: "x" }), /belongs to another kind/],
  ])("is refused with a column that has %s", (_, alter, said) => {
    const bytes = altered((header) => {
      const columns: Record<string, unknown>[] = header.columns;
      return { ...header, columns: columns.map((column, i) => (i === 2 ? alter(column) : column)) };
    });
    expect(refusal(bytes)).toMatch(said);
  });

  it("is refused with lengths that are not its own", () => {
    for (const length of [0, 1, headerText.length - 1, 1e9, 2 ** 32 - 1]) {
      const bytes = packed.slice();
      new DataView(bytes.buffer).setUint32(16, length, true);
      expect(refusal(bytes), `${length}`).not.toBeNull();
    }
    const bytes = packed.slice();
    bytes[20] = 1;
    expect(refusal(bytes)).toMatch(/header has more than/);
  });

  it("leaves alone what all objects have in common", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const text = headerText.replace("{", `{${JSON.stringify(name)}:{"folds":2},`);
      expect(refusal(withHeader(text))).toContain(`unknown field "${name}"`);
    }
    expect(refusal(altered(() => JSON.parse(`{"__proto__": ${headerText}}`)))).not.toBeNull();
    expect(({} as { folds?: number }).folds).toBeUndefined();
  });

  it("is refused with texts for a header, or bytes that are no text", () => {
    expect(refusal(withHeader("{"))).toMatch(/header is not JSON/);
    const bytes = packed.slice();
    bytes[30] = 0xff;
    expect(refusal(bytes)).toMatch(/header is not JSON/);
    expect(refusal(withHeader(`${"[".repeat(100_000)}${"]".repeat(100_000)}`))).not.toBeNull();
  });

  it("is refused with a date that there is not, and a code that stands for nothing", () => {
    for (const [kind, value] of [
      ["dates", 1e16],
      ["dates", Number.POSITIVE_INFINITY],
      ["booleans", 2],
      ["booleans", -2],
      ["categories", -2],
      ["categories", 4],
    ] as const) {
      const columns = study.frame.columns.map((column) => {
        if (column.kind !== kind) return column;
        return column.kind === "categories"
          ? { ...column, codes: column.codes.with(7, value) }
          : { ...column, values: column.values.with(7, value) };
      });
      const bytes = packStudy({ ...study, frame: { ...study.frame, columns } as Study["frame"] });
      expect(refusal(bytes), `${kind} ${value}`).toMatch(/a date that there is not|stands for nothing/);
    }
  });
});

describe("a study that is too large", () => {
  it("is not packed", () => {
    const values = new Float64Array(100);
    const many = Array.from({ length: 3 }, (_, i) => ({
      kind: "numbers" as const,
      name: `${i}`,
      origin,
      values,
    }));
    Object.defineProperty(values, "byteLength", { value: 2 ** 29 });
    const frame = { origin, rowCount: 100, columns: many };
    expect(() => packStudy({ ...study, frame, options: {} })).toThrow(
      "The table takes 1537 MiB, its texts and names 1, and a queue carries at most 1024 and 128; leave columns out, draw rows with --sample, or run the sweep on this machine.",
    );
  });
});
