import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { parquetGatherer } from "../../src/tables/files/parquetColumn.ts";
import type { ParquetPlan } from "../../src/tables/files/parquetType.ts";
import { readParquet } from "../../src/tables/files/readParquet.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { valueAt } from "../../src/tables/values.ts";

const cells = ({ columns, rowCount }: Frame) =>
  columns.map((column) => [
    column.name,
    column.kind,
    ...Array.from({ length: rowCount }, (_, row) => valueAt(column, row)),
  ]);

const file = (
  columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"],
  rowGroupSize = 2,
): ArrayBuffer => parquetWriteBuffer({ columnData, rowGroupSize });

async function refusal(input: Parameters<typeof readParquet>[0]): Promise<InputError> {
  const error = await readParquet(input, { source: "x.parquet" }).then(
    () => expect.fail("was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

const small = file([{ name: "n", data: [1.5, 2.5, 3.5], type: "DOUBLE" }]);

describe("A Parquet file", () => {
  test("is read into columns of its types, and of what all texts of a column are, across row groups", async () => {
    const day = (date: number) => new Date(Date.UTC(2024, 1, date));
    const frame = await readParquet(
      file([
        { name: "double", data: [1.5, null, -2], type: "DOUBLE", nullable: true },
        { name: "long", data: [1n, -(2n ** 40n), 3n], type: "INT64" },
        { name: "truth", data: [true, false, null], type: "BOOLEAN", nullable: true },
        { name: "moment", data: [day(28), day(29), day(30)], type: "TIMESTAMP" },
        { name: "words", data: ["a", " b ", "NA"], type: "STRING" },
        { name: "percent", data: ["5 %", null, "7.5 %"], type: "STRING", nullable: true },
        { name: "empty", data: [null, "NA", null], type: "STRING", nullable: true },
        { name: "__proto__", data: ["1", "2", "3"], type: "STRING" },
        { name: "nested", data: [{ a: 1 }, { a: 2 }, { a: 3 }], type: "JSON" },
      ]),
      { source: "x.parquet" },
    );
    expect(cells(frame)).toEqual([
      ["double", "numbers", 1.5, null, -2],
      ["long", "numbers", 1, -(2 ** 40), 3],
      ["truth", "booleans", true, false, null],
      ["moment", "dates", day(28), day(29), day(30)],
      ["words", "categories", "a", "b", null],
      ["percent", "numbers", 5, null, 7.5],
      ["empty", "numbers", null, null, null],
      ["__proto__", "numbers", 1, 2, 3],
      ["nested", "unread", "", "", ""],
    ]);
    expect(frame.origin).toEqual({ source: "x.parquet", firstRow: 1 });
    expect(frame.columns[5].reading).toBe("read as numbers in percent");
    expect(frame.columns[8]).toMatchObject({
      reason: "it is nested, and a cell holds one number, text, date, true or false",
    });
  });

  test("is read from whatever holds it", async () => {
    const shifted = new Uint8Array(small.byteLength + 3);
    shifted.set(new Uint8Array(small), 3);
    const blob = new Blob([small]);
    const parts = {
      byteLength: blob.size,
      slice: (from: number, to?: number) => blob.slice(from, to).arrayBuffer(),
    };
    for (const input of [
      small,
      shifted.subarray(3),
      blob,
      blob.stream() as ReadableStream<Uint8Array>,
      parts,
    ]) {
      expect(cells(await readParquet(input))).toEqual([["n", "numbers", 1.5, 2.5, 3.5]]);
    }
    expect((await readParquet(new File([small], "houses.parquet"))).origin.source).toBe("houses.parquet");
  });

  test("keeps numbers as texts where they are to stay texts, and takes a user's mark for a missing value", async () => {
    const columns = [1, 2].map((name) => ({
      name: `zip ${name}`,
      data: [1234, -999, 7],
      type: "INT32" as const,
    }));
    expect(
      cells(await readParquet(file(columns), { asText: new Set(["zip 1"]), missing: ["-999"] })),
    ).toEqual([
      ["zip 1", "categories", "1234", null, "7"],
      ["zip 2", "numbers", 1234, null, 7],
    ]);
  });

  test("is refused in a sentence where it is none, is cut off, damaged or has no rows", async () => {
    for (const input of [new TextEncoder().encode("a,b\n1,2\n"), small.slice(0, -4), new ArrayBuffer(0)]) {
      const error = await refusal(input);
      expect(error.message).toBe("The file x.parquet is not a Parquet file, or is cut off; write it again.");
      expect(error.problem.code).toBe("wrong-format");
    }
    const damaged = small.slice(0);
    new Uint8Array(damaged).fill(255, 4, 20);
    expect(await refusal(damaged)).toMatchObject({
      message: expect.stringMatching(
        /^Column "n" of x\.parquet cannot be read \(.*\); write the file again\.$/,
      ),
      problem: { code: "damaged-file", where: { source: "x.parquet", column: "n" } },
    });
    const empty = await refusal(file([{ name: "n", data: [], type: "DOUBLE" }]));
    expect(empty.message).toBe("There are no rows in x.parquet; it should hold some.");
  });

  test("is refused with what to install where the reader is missing", async () => {
    vi.doMock("hyparquet", () => {
      throw new Error("Cannot find package");
    });
    try {
      const error = await refusal(small);
      expect(error.message).toBe(
        "Reading Parquet needs the reader hyparquet, which is not installed; add it with `npm install hyparquet`.",
      );
      expect(error.problem.code).toBe("not-installed");
    } finally {
      vi.doUnmock("hyparquet");
    }
  });

  test("needs the decompressors only where it is compressed by what the reader does not know", async () => {
    const zstd = parquetWriteBuffer({
      columnData: [{ name: "n", data: [1, 2], type: "DOUBLE" }],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => bytes },
    });
    vi.doMock("hyparquet-compressors", () => {
      throw new Error("Cannot find package");
    });
    try {
      expect((await readParquet(small)).rowCount).toBe(3);
      expect((await refusal(zstd)).message).toBe(
        "Reading Parquet that is compressed by ZSTD needs the decompressors of hyparquet, which are not installed; add it with `npm install hyparquet-compressors`.",
      );
    } finally {
      vi.doUnmock("hyparquet-compressors");
    }
  });
});

describe("What a column of a Parquet file stores", () => {
  const read = (plan: Exclude<ParquetPlan, { kind: "unread" }>, values: unknown[], asText = false) => {
    const origin = { source: "x.parquet", firstRow: 1 };
    const gatherer = parquetGatherer("x", origin, values.length, plan, { missing: [], asText });
    gatherer.take(values);
    const column = gatherer.column();
    return { reading: column.reading, values: values.map((_, row) => valueAt(column, row)) };
  };
  const decimals = { kind: "numbers", scale: 2 } as const;

  test("as a decimal is the nearest number, however its digits are stored", () => {
    const values = [115, 115n, Uint8Array.of(0, 115), Uint8Array.of(255, 255, 156), null];
    expect(read(decimals, values)).toEqual({
      reading: undefined,
      values: [1.15, 1.15, 1.15, -1, null],
    });
    expect(read(decimals, values, true).values).toEqual(["1.15", "1.15", "1.15", "-1.00", null]);
    expect(read(decimals, [-5, 0], true).values).toEqual(["-0.05", "0.00"]);
  });

  test("is said to have lost digits where a 64-bit float does not keep them", () => {
    const lossy = /^read as 64-bit floats/;
    expect(read({ kind: "numbers" }, [2n ** 53n, 2n ** 60n, -(2n ** 100n)]).reading).toBeUndefined();
    expect(read({ kind: "numbers" }, [1n, 2n ** 53n + 1n]).reading).toMatch(lossy);
    expect(read(decimals, [2n ** 53n + 1n]).values).toEqual([Number("90071992547409.93")]);
    expect(read(decimals, [12345678901234567890n]).reading).toMatch(lossy);
  });

  test.each([
    ["milliseconds", 1e3, 52_200_250, "14:30:00.25"],
    ["microseconds", 1e6, 52_200_000_000n, "14:30:00"],
    ["nanoseconds", 1e9, 1_000n, "00:00:00.000001"],
  ])("as a time of day in %s is its text", (_, perSecond, value, text) => {
    expect(read({ kind: "times", perSecond }, [value]).values).toEqual([text]);
  });
});
