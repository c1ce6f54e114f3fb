import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));

describe("psilon train", () => {
  it("saves the best network it had when it is interrupted", async () => {
    const { code, stdout } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "y",
        "--epochs",
        "100000",
        "--lambda",
        "0.001",
        "--out",
        "cut.safetensors",
      ],
      { cwd, interrupt: /Training/ },
    );
    expect(code).toBe(130);
    expect(stdout).toContain("saved     cut.safetensors (interrupted: the best network so far)");
    expect((await psilon(["predict", "cut.safetensors", "more.csv"], { cwd })).code).toBe(0);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("saves what there is on %s as well", async (signal) => {
    const { code, stdout } = await psilon(
      [
        ...["train", "data.csv", "--target", "y", "--epochs", "100000", "--preset", "fast"],
        ...["--lambda", "0.001", "--out", `${signal}.safetensors`],
      ],
      { cwd, interrupt: /Training/, signal },
    );
    expect([code, stdout]).toEqual([130, expect.stringContaining("(interrupted: the best network so far)")]);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("leaves nothing behind even where it is killed", async () => {
    const before = readdirSync(cwd);
    const argv = [
      "train",
      "data.csv",
      "--target",
      "y",
      "--epochs",
      "100000",
      "--preset",
      "fast",
      "--out",
      "killed.st",
    ];
    const { code } = await psilon(argv, { cwd, interrupt: /Searching/, signal: "SIGKILL" });
    expect(code).toBe(null);
    expect(readdirSync(cwd)).toEqual(before);
  });

  it("does not call a λ the best where its search was interrupted", async () => {
    const { code, stdout } = await psilon(
      [
        ...["train", "data.csv", "--target", "y", "--epochs", "100000", "--preset", "fast"],
        ...["--out", "search.safetensors"],
      ],
      { cwd, interrupt: /Searching/ },
    );
    expect(code).toBe(130);
    expect(stdout).toMatch(/^λ {9}[\d.e-]+; the search among 1e-5, 1e-4, 0\.001 was interrupted$/m);
  });
});
