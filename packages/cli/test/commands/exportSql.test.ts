import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import { saveModel } from "../../../psilon/src/models/modelFile.ts";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { exampleOf, NEAR, openDatabases, predictedIn, trainedExamples } from "../support/sqlExamples.js";

const open = openDatabases();
const examples = trainedExamples();

describe("psilon export --to sql", () => {
  const folder = temporaryFolder();

  test("writes what predicts as psilon predict does", async () => {
    const cwd = folder.path;
    const cells = Array.from({ length: 150 }, (_, i) => {
      const [size, colour] = [i % 9 === 4 ? "" : String((i * 7) % 31), ["red", "green", "blue"][i % 3]];
      const day = `2024-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + ((i * 5) % 28)).padStart(2, "0")}`;
      const kind = (i * 7) % 31 > 12 ? "it's" : colour === "red" ? "b" : "c";
      return [size, colour, i % 4 > 1 ? "yes" : "no", day, kind];
    });
    const names = ["size", "colour", "is new", "day"];
    const lines = (width: number) =>
      [[...names, "kind"], ...cells].map((row) => row.slice(0, width).join(",")).join("\n");
    folder.write("data.csv", lines(5));
    folder.write("new.csv", lines(4));
    const quick = ["--preset", "fast", "--width", "8", "--depth", "1", "--epochs", "60", "--threads", "1"];
    await psilon(["train", "data.csv", "--target", "kind", ...quick, "--out", "m.safetensors"], { cwd });
    const { stdout } = await psilon(["predict", "m.safetensors", "new.csv", "--json"], { cwd });
    const { predictions, probabilities } = JSON.parse(stdout);
    const columns = names.map((name, k) => ({ name, cells: cells.map((row) => row[k]), type: "TEXT" }));
    const numbered = [{ name: "row number", cells: cells.map((_, i) => i) }, ...columns];
    for (const dialect of sqlDialects) {
      const asked = ["--to", "sql", "--dialect", dialect, "--table", "new rows", "--out", "predict.sql"];
      const { stderr } = await psilon(["export", "m.safetensors", ...asked], { cwd });
      expect(stderr).toBe("");
      await open[dialect].create("new rows", numbered);
      const sql = readFileSync(join(cwd, "predict.sql"), "utf8");
      const found = await predictedIn(open[dialect], sql, numbered.length);
      expect(found.map(([label]) => label)).toEqual(predictions);
      found.forEach(([, ...own], i) => {
        const far = own.map((share, k) => Math.abs(Number(share) - probabilities[i][k]));
        expect(Math.max(...far)).toBeLessThanOrEqual(NEAR);
      });
    }
  });

  test("is DuckDB's and of a table rows where nothing else is said", async () => {
    const model = exampleOf(examples, "a network of numbers").model;
    folder.write("number.safetensors", saveModel(model));
    const asked = ["export", "number.safetensors", "--to", "sql", "--out", "number.sql"];
    expect((await psilon(asked, { cwd: folder.path })).code).toBe(0);
    const sql = readFileSync(join(folder.path, "number.sql"), "utf8");
    expect(sql).toBe(toSql(model, { dialect: "duckdb", table: "rows" }));
  });

  test("alone has options of its own", async () => {
    const asked = ["export", "number.safetensors", "--to", "safetensors", "--table", "x", "--out", "copy"];
    const { code, stderr } = await psilon(asked, { cwd: folder.path });
    expect(stderr).toBe("error: The option --table means nothing to the format safetensors; leave it out.\n");
    expect(code).toBe(2);
  });
});
