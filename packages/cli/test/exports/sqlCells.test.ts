import { describe, expect, test } from "vitest";
import { sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import { BLANKS } from "../../../psilon/src/exports/sql/dialect.ts";
import { HOSTILE } from "../../../psilon/test/exports/examples.ts";
import type { Cell } from "../support/databases.js";
import {
  checkIn,
  columnsOf,
  exampleOf,
  exampleWith,
  expectNear,
  openDatabases,
  predictedIn,
  trainedExamples,
} from "../support/sqlExamples.js";

const open = openDatabases();
const examples = trainedExamples();

test("Blanks are what trim takes off", () => {
  const codes = Array.from({ length: 0x10000 }, (_, code) => code);
  expect(codes.filter((code) => String.fromCharCode(code).trim() === "")).toEqual(BLANKS);
});

describe.each(sqlDialects)("a model in SQL for %s", (dialect) => {
  const check = checkIn(open, dialect);

  test("reads cells of other types by what they say", async () => {
    const example = exampleOf(examples, "values and bins, an ordered category, a date's parts");
    const columns = columnsOf(example.rows);
    const texts = (cell: Cell, i: number): Cell => {
      if (cell === null) return ["NA", " ?\u00a0", "\u2029", null][i % 4];
      if (cell instanceof Date) {
        const ahead = new Date(cell.getTime() + 5.5 * 3_600_000).toISOString().slice(0, 19);
        return [cell.toISOString(), `${ahead}+05:30`, cell.toISOString().slice(0, 16).replace("T", " ")][
          i % 3
        ];
      }
      if (typeof cell === "boolean")
        return (cell ? ["Yes", "t", "\u00a01", "TRUE", "1.0"] : ["no", "F", "0 ", "n", "0.00"])[i % 5];
      return typeof cell === "number" && !Number.isInteger(cell)
        ? `\t\u202f${cell.toExponential()}\u3000 `
        : `\ufeff ${cell}${typeof cell === "number" ? ["", ".0", ".000"][i % 3] : ""}\u2003\n`;
    };
    const asTexts = columns.map(({ name, cells }, k) =>
      k === 0 ? { name, cells } : { name, cells: cells.map(texts) },
    );
    await check(example, asTexts, "texts");
    const asNumbers = columns.map(({ name, cells }) => {
      if (name === "wet") return { name, cells: cells.map((cell) => (cell === null ? null : Number(cell))) };
      if (name === "code") return { name, cells, type: dialect === "sqlite" ? "INTEGER" : "DECIMAL(12, 3)" };
      if (name !== "day") return { name, cells };
      return dialect === "sqlite"
        ? {
            name,
            cells: cells.map((cell) =>
              cell instanceof Date ? cell.getTime() / 86_400_000 + 2_440_587.5 : null,
            ),
            type: "REAL",
          }
        : {
            name,
            cells: cells.map((cell) => (cell instanceof Date ? cell.toISOString() : null)),
            type: "TIMESTAMPTZ",
          };
    });
    // Of DECIMAL(12, 3) 10.000 is the category 10.
    const zones = {
      duckdb: "SET TimeZone = 'Asia/Kolkata'",
      postgres: "SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'German'",
      sqlite: "SELECT 1",
    };
    await open[dialect].run(zones[dialect]);
    await check(example, asNumbers, "numbers");
    const rounded = example.rows.map((row) => {
      const days = row.day instanceof Date ? Math.floor(row.day.getTime() / 86_400_000) : null;
      return {
        ...row,
        length: row.length === null ? null : Math.round(Number(row.length)),
        [HOSTILE]: row[HOSTILE] === null ? null : Math.trunc(Number(row[HOSTILE])),
        day: days === null ? null : new Date(days * 86_400_000),
      };
    });
    const types: Record<string, string> = {
      length: "INTEGER",
      [HOSTILE]: "BIGINT",
      weight: "REAL",
      day: dialect === "sqlite" ? "TEXT" : "DATE",
    };
    const whole = columnsOf(rounded).map(({ name, cells }) => {
      const own =
        name === "day"
          ? cells.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : null))
          : cells;
      return { name, cells: own, ...(types[name] && { type: types[name] }) };
    });
    await check(await exampleWith(example.model, rounded), whole, "integers");
    await open[dialect].run(
      { ...zones, duckdb: "SET TimeZone = 'UTC'", postgres: "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'" }[
        dialect
      ],
    );
  });

  test("reads moments with and without seconds in zones however ISO 8601 writes them", async () => {
    const { model, rows } = exampleOf(examples, "values and bins, an ordered category, a date's parts");
    const zones = { Z: 0, "": 0, "+05:30": 5.5, "-0530": -5.5, "+05": 5, "-14": -14 };
    const times = ["2024-12-31T23:59", "2024-02-29 10:00:07", "2023-03-01T00:00:00.500"];
    const moments = Object.entries(zones).flatMap(([zone, ahead]) =>
      times.map((time) => ({
        text: time + zone,
        date: new Date(Date.parse(`${time.replace(" ", "T")}Z`) - ahead * 3_600_000),
      })),
    );
    const asked = moments.map(({ text }) => ({ ...rows[0], day: text }));
    const read = moments.map(({ date }) => ({ ...rows[0], day: date }));
    const { predicted } = await exampleWith(model, read);
    await check({ name: "zones", model, rows: asked, predicted }, columnsOf(asked), "zones");
  });

  test("counts what stands for a missing value as missing, in texts and in numbers", async () => {
    const { model, rows } = exampleOf(examples, "two targets, by bins");
    const marked = { ...model, schema: { ...model.schema, missing: ["-999", " none given"] } };
    const example = await exampleWith(marked, rows);
    const columns = columnsOf(rows).map(({ name, cells }, k) => {
      const areNumbers = cells.some((cell) => typeof cell === "number");
      const areTexts = cells.some((cell) => typeof cell === "string");
      return k === 0 || !(areNumbers || areTexts)
        ? { name, cells }
        : { name, cells: cells.map((cell) => cell ?? (areNumbers ? -999 : "none given")) };
    });
    await check(example, columns, "marks");
    const inWords = columns.map(({ name, cells }, k) =>
      k === 0 || cells.some((cell) => cell instanceof Date)
        ? { name, cells }
        : {
            name,
            cells: cells.map((cell) => (cell === -999 ? "-9.99e2" : cell === null ? null : String(cell))),
          },
    );
    await check(example, inWords, "marks in texts");
    if (dialect === "sqlite") return;
    const nan = columns.map(({ name, cells }) => ({
      name,
      cells: cells.map((cell) => (cell === -999 ? Number.NaN : cell)),
    }));
    await check(example, nan, "NaN");
  });

  test("tells a number that stands for a missing cell from texts that write it otherwise", async () => {
    const { model, rows } = exampleOf(examples, "a network of numbers");
    const marked = { ...model, schema: { ...model.schema, missing: ["-999", "7.0"] } };
    const colours: readonly (readonly [string, string | null])[] = [
      ["-999", null],
      ["-999.0", "violet"],
      ["-9.99e2", "violet"],
      ["7.0", null],
      ["7", "violet"],
      ["red", "red"],
    ];
    const asked = colours.map(([colour]) => ({ ...rows[0], colour }));
    const read = colours.map(([, colour]) => ({ ...rows[0], colour }));
    const { predicted } = await exampleWith(marked, read);
    const [missing, other] = predicted.task === "regression" ? predicted.values : [];
    expect(missing).not.toBe(other);
    await check({ name: "texts", model: marked, rows: asked, predicted }, columnsOf(asked), "marks as texts");
    const numbers = columnsOf([-999, 7, 8].map((colour) => ({ ...rows[0], colour })));
    const expected = await exampleWith(
      marked,
      [null, null, "violet"].map((colour) => ({ ...rows[0], colour })),
    );
    for (const type of dialect === "sqlite"
      ? ["REAL", "INTEGER"]
      : ["DOUBLE PRECISION", "DECIMAL(12, 3)", "BIGINT"]) {
      const typed = numbers.map((column) => (column.name === "colour" ? { ...column, type } : column));
      await check(expected, typed, `marks as ${type}`);
    }
    const truths = columnsOf(["-999", "-999.0"].map((wet) => ({ ...rows[0], wet })));
    await open[dialect].create("rows", truths);
    const sql = toSql(marked, { dialect, table: "rows" });
    const [[kept], [refused]] = await predictedIn(open[dialect], sql, truths.length);
    expect(typeof kept).toBe("number");
    expect(refused).toBeNull();
  });

  test("gives rows no prediction in which a cell does not fit, and all others theirs", async () => {
    const example = exampleOf(examples, "values and bins, an ordered category, a date's parts");
    const [first] = example.rows;
    const strange: readonly (readonly [string, string])[] = [
      ["length", "abc"],
      ["length", "1e999"],
      ["length", "-Infinity"],
      ["length", "1_000"],
      ["length", "1e39000"],
      ["length", "0x10"],
      ["length", `${"9".repeat(400)}`],
      ["length", "'; DROP TABLE rows; --"],
      ["wet", "perhaps"],
      ["wet", "2"],
      ["day", "2024-02-31"],
      ["day", "now"],
      ["day", "2024-13-01"],
      ["day", "2024-01-01 25:00"],
      ["day", "infinity"],
    ];
    const good: readonly (readonly [string, string])[] = [
      ["length", "1e-400"],
      ["length", "-1e-310"],
      ["length", `0.${"0".repeat(300)}1`],
      ["length", `2${"0".repeat(20)}`],
    ];
    const rows = [...strange, ...good].map(([name, cell]) => ({ ...first, [name]: cell }));
    const columns = columnsOf([first, ...rows]).map(({ name, cells }, k) =>
      k === 0
        ? { name, cells }
        : {
            name,
            cells: cells.map((cell) =>
              cell instanceof Date ? cell.toISOString() : cell === null ? null : String(cell),
            ),
          },
    );
    await open[dialect].create("rows", columns);
    const found = await predictedIn(
      open[dialect],
      toSql(example.model, { dialect, table: "rows" }),
      columns.length,
    );
    strange.forEach((cell, i) => {
      expect(found[i + 1], String(cell)).toEqual(found[i + 1].map(() => null));
    });
    const fitting = [first, ...good.map(([name, cell]) => ({ ...first, [name]: Number(cell) }))];
    const { predicted } = await exampleWith(example.model, fitting);
    expectNear({ ...example, predicted }, [found[0], ...found.slice(1 + strange.length)], "those that fit");
  });

  test("gives no prediction to numbers too far off, nor to new categories where these are errors", async () => {
    for (const name of ["a network of numbers", "values and bins, an ordered category, a date's parts"]) {
      const { model, rows } = exampleOf(examples, name);
      const strict = { ...model, encoder: { ...model.encoder, unseen: "error" as const } };
      const asked = [...rows, { ...rows[0], size: "XXL" }, { ...rows[0], length: 1e300, weight: -1e300 }];
      const columns = columnsOf(asked);
      await open[dialect].create("rows", columns);
      const found = await predictedIn(
        open[dialect],
        toSql(strict, { dialect, table: "rows" }),
        columns.length,
      );
      for (const [i, row] of asked.entries()) {
        const example = await exampleWith(strict, [row]).catch(() => null);
        if (example) expectNear(example, [found[i]], `${name}, row ${i}`);
        else expect(found[i], `${name}, row ${i}`).toEqual(found[i].map(() => null));
      }
    }
  });
});
