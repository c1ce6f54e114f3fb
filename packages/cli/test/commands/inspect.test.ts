import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
beforeAll(() => trainSmall(cwd, "y", "kind"));

describe("psilon inspect", () => {
  it("shows layers, lengths, bounds, sparsity and what every column can do", async () => {
    const { code, stdout } = await psilon(["inspect", "y.safetensors"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^predicts {2}y$/m);
    expect(stdout).toMatch(/^bound {5}1-path-norm [\d.]+$/m);
    expect(stdout).toMatch(/^1 dense +8 × \d +[\d.]+ +[\d.]+ % +[\d.]+ % +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^ +per unit +by 1 std +in its range +by any move$/m);
    expect(stdout).toMatch(/^a( +[\d.]+){3} +∞ {2}█+$/m);
    expect(stdout).toMatch(/^c( +–){3} +[\d.]+ {2}█+$/m);
  });

  it("prints one JSON object", async () => {
    const { stdout } = await psilon(["inspect", "kind.safetensors", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      target: { task: "classification", classes: ["high", "low"] },
      members: [{ layers: [{ kind: "dense" }, { kind: "dense" }] }],
      bounds: [{ name: "path-norm" }],
      columns: [{ change: expect.any(Number) }, {}, {}],
    });
  });

  it("tells how much the score of a table rests on each column, beside what the column can do", async () => {
    const asked = ["inspect", "y.safetensors", "--data", "data.csv"];
    const { code, stdout } = await psilon(asked, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^On 60 rows of data\.csv, R² is 0\.[\d]+\. Of each column:\nimportance, by how much R² falls .*over 5 shuffles/m,
    );
    expect(stdout).toMatch(/^sensitivity, .*at most, a proven upper bound, in the target's units$/m);
    expect(stdout).toMatch(/^ +importance +mean prediction +sensitivity\n[ac] /m);
    expect(stdout).toMatch(/^a +[\d.]+ ± [\d.e-]+ +-?[\d.]+ … [\d.]+ +[\d.]+ +1 std {2}█+$/m);
    expect(stdout).toMatch(/^c +[\d.]+ ± [\d.e-]+ +-?[\d.]+ … [\d.]+ +[\d.]+ +any change {2}█+$/m);
    expect(stdout).toMatch(
      /^proven +predictions stay within ±[\d.]+ \(y\) while .* 0\.1 standard deviations,\n +for half of 60 rows of data\.csv\nbound +1-path-norm /m,
    );
    const json = async (...more: string[]) =>
      JSON.parse((await psilon([...asked, ...more, "--json"], { cwd })).stdout);
    const plain = await json();
    expect(plain.importance).toMatchObject({ data: "data.csv", metric: "r2", rows: 60, repeats: 5 });
    expect(plain.columns).toHaveLength(3);
    const columns: { column: string; mean: number; perRepeat: number[] }[] = plain.importance.columns;
    expect(plain.guarantee).toMatchObject({ rows: 60, classes: null, numbers: [{ name: "y" }] });
    expect(plain.partialDependence.map(({ column }: { column: string }) => column)).toEqual(
      columns.map(({ column }) => column),
    );
    expect(columns.map(({ column }) => column).sort()).toEqual(["a", "b", "c"]);
    const means = columns.map(({ mean }) => mean);
    expect(means).toEqual([...means].sort((x, y) => y - x));
    expect(means[2]).toBeGreaterThan(0);
    expect((await json("--seed", "0", "--repeats", "2")).importance.columns[0].perRepeat).toEqual(
      columns[0].perRepeat.slice(0, 2),
    );
    expect((await json("--seed", "1")).importance.columns[0].perRepeat).not.toEqual(columns[0].perRepeat);
  });

  it("tells the mean prediction for each value of some columns, of rows without the target", async () => {
    const rows = smallCsv(12).replace(/^(.*?,.*?,.*?),.*$/gm, "$1");
    folder.write("new.csv", rows);
    const asked = ["inspect", "y.safetensors", "--data", "new.csv", "--partial", "A,c"];
    const { code, stdout } = await psilon(asked, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The mean prediction when all 12 rows of new\.csv have one value of a:\na +y\n-/);
    expect(stdout).toMatch(/^c +y\nleft +-?[\d.]+\nright +-?[\d.]+$/m);
    const { data, partialDependence } = JSON.parse((await psilon([...asked, "--json"], { cwd })).stdout);
    expect(data).toBe("new.csv");
    const [a, c] = partialDependence;
    expect(a).toMatchObject({ column: "a", kind: "numeric", outputs: ["y"], rows: 12 });
    const values = a.points.map(({ value }: { value: number }) => value);
    const cells = rows.trim().split("\n").slice(1);
    expect(values).toEqual(
      [...new Set(cells.map((line) => Number(line.split(",")[0])))].sort((x, y) => x - y),
    );
    // y = 2a − b + 3·(c is "right"), where b is −a, so that the net may take either.
    const [first, last] = [a.points[0], a.points[a.points.length - 1]];
    expect(last.average[0] - first.average[0]).toBeGreaterThan(0.5 * (last.value - first.value));
    const [left, right] = c.points;
    expect([left.value, right.value]).toEqual(["left", "right"]);
    expect(right.average[0] - left.average[0]).toBeGreaterThan(2);
    const classes = ["inspect", "kind.safetensors", "--data", "new.csv", "--partial", "b", "--json"];
    const [b] = JSON.parse((await psilon(classes, { cwd })).stdout).partialDependence;
    expect(b.outputs).toEqual(["high", "low"]);
    for (const { average } of b.points) expect(average[0] + average[1]).toBeCloseTo(1, 12);
  });

  it("ends at Ctrl-C while it shuffles", async () => {
    const asked = ["inspect", "y.safetensors", "--data", "data.csv", "--repeats", "1000"];
    expect(await psilon(asked, { cwd, interrupt: /Shuffling/ })).toEqual({
      code: 130,
      stdout: "",
      stderr: "Shuffling columns\nStopped before there was anything to keep.\n",
    });
  });

  it("refuses a column that the model does not read, and a table without the target to score", async () => {
    folder.write("new.csv", "a,b,c\n1,2,left\n");
    const refused = async (...argv: string[]) => {
      const { code, stdout, stderr } = await psilon(
        ["inspect", "y.safetensors", "--data", "new.csv", ...argv],
        {
          cwd,
        },
      );
      expect([code, stdout]).toEqual([2, ""]);
      return stderr;
    };
    expect(await refused("--partial", "kind")).toMatch(/^error: The model reads no column "kind"; .*\.\n$/);
    expect(await refused()).toMatch(/^error: There is no column "y" in new\.csv; .*\.\n$/);
  });
});
