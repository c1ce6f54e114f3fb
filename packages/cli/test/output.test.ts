import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "psilon";
import { describe, expect, it } from "vitest";
import { openOutput } from "../src/output.js";
import { temporaryFolder } from "./support/folder.js";

const folder = temporaryFolder();

function emptyFolder(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

describe("an output file", () => {
  it("appears whole, when it is written", async () => {
    const path = emptyFolder("whole");
    const output = await openOutput(join(path, "a.txt"));
    expect(readdirSync(path)).not.toContain("a.txt");
    await output.write("text");
    await output.discard();
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("text");
  });

  it("leaves no trace, and an older file as it was, when it is discarded", async () => {
    const path = emptyFolder("discarded");
    writeFileSync(join(path, "a.txt"), "old");
    const output = await openOutput(join(path, "a.txt"));
    await output.discard();
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("old");
  });

  it("is written where a link points, which stays a link", async () => {
    const path = emptyFolder("linked");
    writeFileSync(join(path, "a.txt"), "old");
    symlinkSync("a.txt", join(path, "link"));
    await (await openOutput(join(path, "link"))).write(new Uint8Array([110, 101, 119]));
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("new");
    expect(readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink())).toHaveLength(
      1,
    );
  });

  it("may be a device, which is not replaced", async () => {
    await (await openOutput("/dev/null")).write("text");
    expect(readFileSync("/dev/null", "utf8")).toBe("");
  });

  it.skipIf(!existsSync("/dev/full"))("says so where a device takes no more", async () => {
    const output = await openOutput("/dev/full");
    await expect(output.write("text")).rejects.toThrow(
      new InputError('The file "/dev/full" cannot be written: the disk is full.'),
    );
  });

  it.each([
    ["a folder that is not there", "none/a.txt", 'there is no folder "none"'],
    ["a folder in its place", "place", "it is a folder"],
    ["a file in place of a folder", "file/a.txt", "a part of its path is a file, not a folder"],
    ["a name that is too long", "n".repeat(300), "its name is too long"],
  ])("is refused at once for %s", async (_, name, why) => {
    mkdirSync(join(folder.path, "place"), { recursive: true });
    writeFileSync(join(folder.path, "file"), "");
    const before = readdirSync(folder.path);
    const path = join(folder.path, name);
    await expect(openOutput(path)).rejects.toThrow(InputError);
    const message = await openOutput(path).catch((error: Error) => error.message);
    expect(String(message).replaceAll(`${folder.path}/`, "")).toBe(
      `The file "${name}" cannot be written: ${why}.`,
    );
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
