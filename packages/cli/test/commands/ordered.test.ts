import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "psilon";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";
import { quick } from "../support/smallModels.js";

const folder = temporaryFolder();
const cwd = folder.path;
const at = (name: string) => join(cwd, name);
const SIZES = ["1", "2", "10", "10+"];
const WORTH = [0, 1, 5, 6];
const line = (i: number) =>
  `${i % 13 === 5 ? "" : SIZES[i % 4]},${["no", "yes"][i % 3 === 0 ? 1 : 0]},${(i * 7) % 11},${WORTH[i % 4] + ((i * 7) % 11) / 5}`;
const lines = Array.from({ length: 80 }, (_, i) => line(i));
const header = "Size,sold,a,y";
folder.write("data.csv", `${[header, ...lines].join("\n")}\n`);
folder.write("slip.csv", `${[header, ...lines.slice(0, 9), "11,no,3,4"].join("\n")}\n`);
folder.write("new.csv", "Size,sold,a\n10,no,3\n1,yes,5\n,no,2\n");
folder.write("strange.csv", "Size,sold,a\n10,no,3\n12,yes,5\n");

const ordered = ["--ordered", `size=${SIZES.join("<")},sold=no<yes`];
const train = ["train", "data.csv", "--target", "y", ...quick];
const run = (words: readonly string[]) => psilon([...words], { cwd });

describe("psilon --ordered", () => {
  let trained = "";
  beforeAll(async () => {
    const words = [...train, ...ordered, "--encode", "Size=bins", "--monotone", "size=+"];
    const { stdout, stderr, code } = await run([...words, "--out", "m.safetensors"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    trained = stdout;
  });

  it("learns categories in their order, and shows it", async () => {
    expect(trained).toMatch(/^ +ordered: Size \(1 < 2 < 10 < 10\+\), sold \(no < yes\)$/m);
    expect(trained).toMatch(/^ +by their bins: Size \(3\)$/m);
    const { schema, encoder } = loadModel(Uint8Array.from(readFileSync(at("m.safetensors"))), "m");
    expect(schema.columns[0]).toMatchObject({ kind: "ordered", levels: SIZES });
    expect(encoder.columns[0]).toMatchObject({ levels: SIZES, bins: { edges: [0, 1, 2, 3] } });
    expect(encoder.columns[1]).toMatchObject({ levels: ["no", "yes"] });
  });

  it("makes models that inspect shows by their levels", async () => {
    const { stdout } = await psilonHere(["inspect", at("m.safetensors")]);
    expect(stdout).toMatch(/^ordered +Size \(1 < 2 < 10 < 10\+\)$/m);
    expect(stdout.replace(/\n +categories/, " categories")).toContain(
      "; the unit of ordered categories is a step from one level to the next:\n",
    );
    expect(stdout).toMatch(/^Size +1 [▁▂▃▄▅▆▇█]{3} 10\+ {2}[\d.]+ from 2 to 10, 0 outside$/m);
    expect(stdout).toContain("y is guaranteed non-decreasing in Size.");
    const partial = await psilonHere([
      ...["inspect", at("m.safetensors"), "--data", at("new.csv"), "--partial", "size"],
    ]);
    expect(partial.stdout.match(/^(?:1|10|missing)(?= +)/gm)).toEqual(["1", "10", "missing"]);
  });

  it("makes models that predict levels, and what is none of them only where that is allowed", async () => {
    const { code, stdout } = await psilonHere(["predict", at("m.safetensors"), at("new.csv")]);
    expect(code).toBe(0);
    const [ten, one] = stdout.trim().split("\n").slice(1).map(Number);
    expect(ten).toBeGreaterThan(one);
    const strange = ["predict", at("m.safetensors"), at("strange.csv")];
    const { stderr } = await psilonHere(strange);
    expect(stderr).toContain('has "12" in column "Size", which is none of its levels; did you mean "1"?');
    expect(stderr).toContain("With --unseen zeros");
    const allowed = await psilonHere([...strange, "--unseen", "zeros"]);
    expect(allowed.code).toBe(0);
    expect(allowed.stderr).toBe(
      'note: Column "Size" has 1 value that is none of its levels; each counts as missing.\n',
    );
  });

  it("makes models that certify moves of levels, with a level in every counterexample", async () => {
    const ask = async (move: string, tolerance: string) => {
      const words = ["certify", at("m.safetensors"), at("new.csv"), "--move", move, "--tolerance", tolerance];
      return JSON.parse((await psilonHere([...words, "--json"])).stdout);
    };
    const { verdicts } = await ask("size=any,sold=1", "0.5");
    expect(verdicts.map(({ verdict }: { verdict: string }) => verdict).slice(0, 2)).toEqual([
      "refuted",
      "refuted",
    ]);
    for (const { counterexample } of verdicts.slice(0, 2))
      expect(SIZES).toContain(counterexample.changes.Size);
    const down = await ask("size=-1", "0.001");
    expect(down.verdicts[1].verdict).toBe("certified");
    expect(down.verdicts[0].counterexample.changes).toEqual({ Size: "2" });
    const { stderr } = await psilonHere([
      ...["certify", at("m.safetensors"), at("new.csv"), "--move", "size=5%", "--tolerance", "1"],
    ]);
    expect(stderr).toContain('The column "Size" holds levels, which move by steps such as Size=1');
  });

  it("goes with psilon evaluate, and with rows to test on from another file", async () => {
    const evaluated = await run([
      "evaluate",
      "data.csv",
      "--target",
      "y",
      ...quick,
      ...ordered,
      "--folds",
      "2",
    ]);
    expect(evaluated.code).toBe(0);
    const tested = await run([...train, ...ordered, "--test", "slip.csv", "--out", "t.safetensors"]);
    expect(tested.code).toBe(0);
    expect(tested.stderr).toContain('Column "Size" has 1 value that is none of its levels');
  });

  it.each<[string, string[], string]>([
    [
      "a cell that is none of the levels",
      ["--ordered", "size=1<2<10"],
      'Column "Size" of data.csv holds levels, but row 5 has "10+", which is none of them; did you mean "10"?',
    ],
    ["a level twice", ["--ordered", "size=1<2<1"], 'The levels of "Size" name "1" twice; name it once.'],
    ["one level", ["--ordered", "size=1"], 'as in "size=S<M<L", but "size=1" was given.'],
    [
      "a column that is not there",
      ["--ordered", "sise=1<2"],
      'There is no column "sise" in data.csv; did you',
    ],
    ["the target", ["--ordered", "y=1<2"], 'The target "y" of data.csv cannot be an ordered category'],
    [
      "a column that is something else as well",
      ["--ordered", "size=1<2", "--column", "size=categorical"],
      'The option --column or --ordered names the column "size" twice; say once what it is.',
    ],
  ])("refuses %s", async (_, words, sentence) => {
    const { code, stderr, stdout } = await run([...train, ...words, "--out", "none.safetensors"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });
});
