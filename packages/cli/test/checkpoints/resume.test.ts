import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilon } from "../support/psilon.js";
import { smallCsv } from "../support/tables.js";
import { unrecorded } from "../support/unrecorded.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
folder.write("other.csv", smallCsv(59));

const train = ["train", "data.csv", "--target", "y", "--backend", "wasm", "--epochs", "1000", "--width", "8"];
const more = ["--preset", "fast", "--threads", "2"];
const command = (name: string, ...rest: string[]) => [
  ...[...train, ...more, "--out", `${name}.safetensors`],
  ...["--checkpoint", name, ...rest],
];
const model = (name: string) => readFileSync(join(cwd, `${name}.safetensors`), "latin1");
const files = (name: string, ending: string) =>
  existsSync(join(cwd, name)) ? readdirSync(join(cwd, name)).filter((file) => file.endsWith(ending)) : [];

/** Runs the command until `isTime`, which is asked whenever something changes in the folder, and kills it then. */
function killed(name: string, isTime: () => boolean, rest: readonly string[] = []): Promise<unknown> {
  const child = spawn(node, [bin, ...unrecorded(command(name, ...rest))], { cwd, stdio: "ignore" });
  const watchers = new Set([watch(cwd)]);
  let isWatched = false;
  const look = () => {
    if (!isWatched && existsSync(join(cwd, name))) {
      isWatched = true;
      watchers.add(watch(join(cwd, name)).on("change", look));
    }
    if (isTime()) child.kill("SIGKILL");
  };
  for (const watcher of watchers) watcher.on("change", look);
  return new Promise((resolve) => {
    child.on("close", (_, signal) => {
      for (const watcher of watchers) watcher.close();
      resolve(signal);
    });
  });
}

describe("psilon train --checkpoint", () => {
  beforeAll(async () => {
    await psilon([...train, ...more, "--out", "whole.safetensors"], { cwd });
  });

  it("leaves the same model as without, and no folder", async () => {
    const { code, stderr } = await psilon(command("once"), { cwd });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("heckpoint")]);
    expect(model("once") === model("whole")).toBe(true);
    expect(existsSync(join(cwd, "once"))).toBe(false);
  });

  it.each([
    ["begins", ".state", 1],
    ["has-one", ".result", 1],
    ["has-three", ".result", 3],
  ] as const)(
    "comes to the same bits where it is killed as it %s and again later",
    async (name, ending, count) => {
      expect(await killed(name, () => files(name, ending).length >= count)).toBe("SIGKILL");
      const results = files(name, ".result");
      const times = () => results.map((file) => statSync(join(cwd, name, file)).mtimeMs);
      const before = times();
      // Killed again as soon as it has gone on.
      const goal = results.length + 1;
      expect(await killed(name, () => files(name, ".result").length >= goal, ["--resume"])).toBe("SIGKILL");
      expect(times()).toEqual(before);
      const found = files(name, ".result").length;
      expect(found).toBeGreaterThanOrEqual(goal);
      const { code, stderr } = await psilon(command(name, "--resume"), { cwd });
      expect(code).toBe(0);
      expect(stderr).toContain(
        `note: Trainings that the checkpoint had finished: ${found}; begun, which went on: `,
      );
      expect(model(name) === model("whole")).toBe(true);
      expect(existsSync(join(cwd, name))).toBe(false);
    },
  );

  it("trains again what a damaged file held, and says so", async () => {
    await killed("damaged", () => files("damaged", ".result").length >= 2);
    const [first, second] = files("damaged", ".result").map((file) => join(cwd, "damaged", file));
    const bytes = readFileSync(first);
    writeFileSync(first, bytes.toString("latin1", 0, bytes.length - 9), "latin1");
    writeFileSync(second, "");
    const { code, stderr } = await psilon(command("damaged", "--resume"), { cwd });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("note: Damaged files in the checkpoint, whose trainings were run again: 2."),
    ]);
    expect(model("damaged") === model("whole")).toBe(true);
  });

  it("keeps the folder at Ctrl-C, and other files in it for good", async () => {
    mkdirSync(join(cwd, "stopped"));
    folder.write("stopped/mine.txt", "mine");
    const stopped = await psilon(command("stopped"), { cwd, interrupt: /Searching/ });
    expect(stopped.code).toBe(130);
    expect(files("stopped", "psilon-checkpoint.json")).toHaveLength(1);
    expect((await psilon(command("stopped", "--resume"), { cwd })).code).toBe(0);
    expect(model("stopped") === model("whole")).toBe(true);
    expect(readdirSync(join(cwd, "stopped"))).toEqual(["mine.txt"]);
  });

  it("is refused where it would go on with something else, in a sentence that says what", async () => {
    await killed("begun", () => files("begun", ".state").length > 0);
    const refused = async (argv: readonly string[]) => {
      const { code, stderr } = await psilon(argv, { cwd });
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused(command("begun"))).toContain(
      'The folder "begun" holds the checkpoint of a training that was not finished; add --resume to go on with it, or name another folder.',
    );
    expect(await refused(command("begun", "--resume", "--depth", "1", "--seed", "3"))).toContain(
      'The checkpoint in "begun" was begun with other options: --seed (0, now 3), --depth (not given, now 1); give those that it was begun with, or name another folder.',
    );
    const elsewhere = command("begun", "--resume").with(1, "other.csv");
    expect(await refused(elsewhere)).toContain(
      'The checkpoint in "begun" was begun with other rows to learn from than there are now; give the table it was begun with, or name another folder.',
    );
    const manifest = join(cwd, "begun", "psilon-checkpoint.json");
    const kept = readFileSync(manifest, "utf8");
    writeFileSync(manifest, kept.replace(/"psilon":"[^"]*"/, '"psilon":"0.0.1"'));
    expect(await refused(command("begun", "--resume"))).toContain("was begun by psilon 0.0.1, and this is");
    writeFileSync(manifest, kept.slice(0, 20));
    expect(await refused(command("begun", "--resume"))).toContain('psilon-checkpoint.json" is damaged');
    expect(await refused([...train, "--resume"])).toContain("but no --checkpoint was given");
    expect(await refused(command("new", "--time-limit", "9"))).toContain("leave one of them out");
    expect(await refused(command("data.csv"))).toContain(
      'The folder "data.csv" cannot hold a checkpoint: a part of its path is a file, not a folder.',
    );
    const nowhere = [...train, "--checkpoint", "no/where"];
    expect(await refused(nowhere)).toContain(
      'The folder "no/where" cannot hold a checkpoint: there is no such folder.',
    );
    expect(existsSync(join(cwd, "new"))).toBe(false);
  });

  it("begins at the beginning where there is nothing to resume", async () => {
    expect((await psilon(command("anew", "--resume"), { cwd })).code).toBe(0);
    expect(model("anew") === model("whole")).toBe(true);
  });
});
