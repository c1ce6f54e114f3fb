import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { node, psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const { path: cwd, write } = temporaryFolder();
const tools = fileURLToPath(new URL("../../../../.tools/node_modules", import.meta.url));
const hasPython = spawnSync("python3", ["-c", "import onnxruntime, pandas"]).status === 0;

/** The guide's program in a language. */
function programIn(language: string): string {
  const guide = readFileSync(fileURLToPath(new URL("../../../../docs/onnx.md", import.meta.url)), "utf8");
  return (new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(guide) as RegExpExecArray)[1];
}

beforeAll(async () => {
  write("data.csv", smallCsv());
  write("more.csv", smallCsv(15));
  await trainSmall(cwd, "y", "kind");
  for (const name of ["y", "kind"]) {
    const { code, stderr } = await psilon(
      ["export", `${name}.safetensors`, "--to", "onnx", "--out", `${name}.onnx`],
      { cwd },
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
  }
});

const predicted = async (model: string, table: string) =>
  JSON.parse((await psilon(["predict", `${model}.safetensors`, table, "--json"], { cwd })).stdout)
    .predictions;

describe("psilon export --to onnx", () => {
  it("tells what was written and which columns it reads", async () => {
    const { stdout } = await psilon(
      ["export", "y.safetensors", "--to", "onnx", "--out", "again.onnx", "--json"],
      { cwd },
    );
    const { format, files, columns } = JSON.parse(stdout);
    expect(format).toBe("onnx");
    expect(columns).toEqual(["a", "b", "c"]);
    expect(files).toEqual([{ file: "again.onnx", bytes: readFileSync(join(cwd, "y.onnx")).length }]);
    expect(readFileSync(join(cwd, "again.onnx"))).toEqual(readFileSync(join(cwd, "y.onnx")));
  });
});

describe("The guide to ONNX", () => {
  it.skipIf(!existsSync(join(tools, "onnxruntime-node")))(
    "has a program in JavaScript that predicts what psilon does (needs .tools/onnxruntime-node)",
    async () => {
      symlinkSync(tools, join(cwd, "node_modules"));
      write("program.mjs", programIn("js"));
      write("rows.csv", "a,b,c\n0.5,-0.25,right\n-1,,left\n");
      const found: number[] = JSON.parse(execFileSync(node, ["program.mjs"], { cwd, encoding: "utf8" }));
      const expected: number[] = await predicted("y", "rows.csv");
      expect(found).toHaveLength(2);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 4);
    },
  );

  it.skipIf(!hasPython)(
    "has a program in Python that predicts what psilon does (needs python3 with onnxruntime and pandas)",
    async () => {
      write("program.py", programIn("python"));
      const found = execFileSync("python3", ["program.py"], { cwd, encoding: "utf8" });
      expect(JSON.parse(found.replaceAll("'", '"'))).toEqual(await predicted("kind", "more.csv"));
    },
  );
});
