import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const quick = ["--width", "8", "--depth", "1", "--epochs", "20", "--lambda", "0.001", "--threads", "1"];

/** What every object has by inheritance. */
const names = ["__proto__", "toString", "valueOf", "constructor", "hasOwnProperty"];
const lines = Array.from({ length: 60 }, (_, i) => [
  ...[i % 7, i % 5 > 2 ? "valueOf" : "__proto__", (i * 3) % 11, i % 2 ? "yes" : "no"].map(String),
  String((i % 7) - ((i * 3) % 11)),
]);
const csv = [names, ...lines].map((cells) => cells.join(",")).join("\n");
folder.write("t.csv", `${csv}\n`);
folder.write(
  "t.json",
  `[${lines.map((cells) => `{${cells.map((cell, k) => `"${names[k]}": ${JSON.stringify(k === 1 || k === 3 ? cell : Number(cell))}`).join()}}`).join(",\n")}]`,
);

describe.each(["t.csv", "t.json"])(
  "the columns of %s, named as properties that every object has,",
  (data) => {
    it.each([
      [["hasOwnProperty"], "numeric"],
      [["__proto__", "hasOwnProperty"], "numeric"],
      [["toString"], "categorical"],
    ])("are columns like others, with the targets %j", async (targets, kind) => {
      const targetOptions = targets.flatMap((name) => ["--target", name]);
      const argv = [
        "train",
        data,
        ...targetOptions,
        ...quick,
        "--column",
        "valueOf=numeric",
        "--out",
        "m.st",
      ];
      const trained = await psilon([...argv, "--json"], { cwd });
      expect(trained).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(
          /^(?:note: [^\n]*\n)*Training the model\nFitting a linear model to compare with\n$/,
        ),
      });
      const { columns, target } = JSON.parse(trained.stdout);
      expect(columns.map(({ name }: { name: string }) => name)).toEqual(names);
      expect(target).toEqual(targets);

      const shown = await psilon(argv, { cwd });
      expect(shown.stdout).not.toMatch(/\[object|\[native|NaN|undefined/);

      const predicted = await psilon(["predict", "m.st", data], { cwd });
      expect(predicted.code).toBe(0);
      const [header, ...rows] = predicted.stdout.trimEnd().split("\n");
      const classes = ["probability___proto__", "probability_valueOf"];
      expect(header.split(",")).toEqual(kind === "numeric" ? targets : [...targets, ...classes]);
      expect(rows).toHaveLength(60);

      const json = await psilon(["predict", "m.st", data, "--json"], { cwd });
      const { predictions } = JSON.parse(json.stdout);
      const firsts = rows.map((row) => row.split(",")[0]);
      expect(
        predictions.map((one: unknown) =>
          typeof one === "object" ? String(new Map(Object.entries(one!)).get(targets[0])) : String(one),
        ),
      ).toEqual(firsts);

      const inspected = await psilon(["inspect", "m.st", "--json"], { cwd });
      expect(
        JSON.parse(inspected.stdout)
          .columns.map(({ column }: { column: string }) => column)
          .sort(),
      ).toEqual(names.filter((name) => !targets.includes(name)).sort());
      expect((await psilon(["inspect", "m.st"], { cwd })).stdout).not.toMatch(
        /\[object|\[native|NaN|undefined/,
      );
    });

    it("are named in a sentence where they are lacking", async () => {
      folder.write("lacking.csv", "a,b\n1,2\n");
      const { code, stderr } = await psilon(["train", "lacking.csv", "--target", "toString"], { cwd });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^error: There is no column "toString" in lacking\.csv[^\n]*\n$/),
      });
    });
  },
);
