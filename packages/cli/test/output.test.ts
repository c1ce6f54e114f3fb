import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "psilon";
import { describe, expect, it } from "vitest";
import { openOutput } from "../src/output.js";
import { temporaryFolder } from "./support/folder.js";

const folder = temporaryFolder();

const open = (path: string, ...inputs: string[]) => openOutput("--out", path, inputs);

function emptyFolder(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

describe("an output file", () => {
  it("appears whole, when it is written", async () => {
    const path = emptyFolder("whole");
    const output = await open(join(path, "a.txt"));
    expect(readdirSync(path)).toEqual([]);
    await output.write("text");
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("text");
  });

  it("may be written while what goes into it is made, whose errors are its own and leave nothing", async () => {
    const path = emptyFolder("streamed");
    const output = await open(join(path, "a.txt"));
    const pieces = async function* (isWhole: boolean) {
      yield "first ";
      if (!isWhole) throw new Error("no more of them");
      yield "second";
    };
    await expect(output.write(pieces(false))).rejects.toThrow(/^no more of them$/);
    expect(readdirSync(path)).toEqual([]);
    await output.write(pieces(true));
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("first second");
  });

  it("may be filled by what writes to a path, and appears whole then too, or not at all", async () => {
    const path = emptyFolder("filled");
    const file = join(path, "a.txt");
    writeFileSync(file, "old", { mode: 0o640 });
    chmodSync(file, 0o640);
    const output = await open(file);
    const failing = async (to: string) => {
      writeFileSync(to, "new");
      throw new Error("not that");
    };
    await expect(output.fill(failing)).rejects.toThrow(/^not that$/);
    expect([readdirSync(path), readFileSync(file, "utf8")]).toEqual([["a.txt"], "old"]);
    await output.fill(async (to) => writeFileSync(to, "new"));
    expect([readdirSync(path), readFileSync(file, "utf8")]).toEqual([["a.txt"], "new"]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it("that is a device is not filled so", async () => {
    const output = await open("/dev/null");
    await expect(output.fill(async () => {})).rejects.toThrow(
      'The file "/dev/null" cannot be written: it is a device or a pipe, which takes only text; name a file with --out.',
    );
  });

  it("leaves no trace, and an older file as it was, when it is not written", async () => {
    const path = emptyFolder("unwritten");
    writeFileSync(join(path, "a.txt"), "old");
    await open(join(path, "a.txt"));
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("old");
  });

  it("may be written again, each time whole and with the same permissions", async () => {
    const path = emptyFolder("again");
    const output = await open(join(path, "a.txt"));
    await output.write("the first text");
    chmodSync(join(path, "a.txt"), 0o640);
    await output.write("second");
    expect(readdirSync(path)).toEqual(["a.txt"]);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("second");
    expect(statSync(join(path, "a.txt")).mode & 0o777).toBe(0o640);
  });

  it("is written to no file that was there before, whatever a stranger's link is called", async () => {
    const path = emptyFolder("planted");
    writeFileSync(join(path, "victim"), "untouched");
    for (const name of [`.a.txt.${process.pid}.tmp`, ".a.txt.tmp"]) symlinkSync("victim", join(path, name));
    await (await open(join(path, "a.txt"))).write("text");
    expect(readFileSync(join(path, "victim"), "utf8")).toBe("untouched");
    expect(lstatSync(join(path, "a.txt")).isFile()).toBe(true);
  });

  it("leaves nothing beside it when it cannot be put in place", async () => {
    const path = emptyFolder("taken");
    const output = await open(join(path, "a.txt"));
    mkdirSync(join(path, "a.txt"));
    await expect(output.write("text")).rejects.toThrow(InputError);
    expect(readdirSync(path)).toEqual(["a.txt"]);
  });

  it("may have the longest name that there is", async () => {
    const path = emptyFolder("long");
    await (await open(join(path, "n".repeat(255)))).write("text");
    expect(readdirSync(path)).toEqual(["n".repeat(255)]);
  });

  it("may be written as a draft first, which is there until it is replaced, and stays when it is not", async () => {
    const path = emptyFolder("drafted");
    const file = join(path, "a.txt");
    writeFileSync(file, "old", { mode: 0o606 });
    chmodSync(file, 0o606);
    const output = await open(file);
    await output.writeDraft("draft");
    expect([readFileSync(file, "utf8"), readdirSync(path)]).toEqual(["draft", ["a.txt"]]);
    await output.write("new");
    expect([readFileSync(file, "utf8"), readdirSync(path)]).toEqual(["new", ["a.txt"]]);
    expect(statSync(file).mode & 0o777).toBe(0o606);
    const cut = await open(file);
    await cut.writeDraft("draft");
    expect([readFileSync(file, "utf8"), readdirSync(path)]).toEqual(["draft", ["a.txt"]]);
  });

  it.skipIf(!existsSync("/dev/full"))("spares a device the draft", async () => {
    await (await open("/dev/full")).writeDraft("text");
  });

  it("is written where a link points, which stays a link", async () => {
    const path = emptyFolder("linked");
    writeFileSync(join(path, "a.txt"), "old");
    symlinkSync("a.txt", join(path, "link"));
    await (await open(join(path, "link"))).write(new Uint8Array([110, 101, 119]));
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("new");
    expect(readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink())).toHaveLength(
      1,
    );
  });

  it("may be a device, which is not replaced", async () => {
    await (await open("/dev/null")).write("text");
    expect(readFileSync("/dev/null", "utf8")).toBe("");
  });

  it.skipIf(!existsSync("/dev/full"))("says so where a device takes no more", async () => {
    const output = await open("/dev/full");
    await expect(output.write("text")).rejects.toThrow(
      'The file "/dev/full" cannot be written: the disk is full.',
    );
  });

  it("keeps the permissions of the file that it replaces", async () => {
    const path = join(emptyFolder("private"), "a.txt");
    writeFileSync(path, "old", { mode: 0o600 });
    await (await open(path)).write("new");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is refused where it is an input, under whatever name", async () => {
    const path = emptyFolder("read");
    const input = join(path, "a.csv");
    writeFileSync(input, "old");
    symlinkSync("a.csv", join(path, "link.csv"));
    linkSync(input, join(path, "same.csv"));
    for (const name of ["a.csv", "../read/a.csv", "link.csv", "same.csv"]) {
      const output = `${path}/${name}`;
      await expect(open(output, join(path, "none.csv"), input)).rejects.toThrow(
        `The file "${output}" cannot be written: it is what the command reads; name another file with --out.`,
      );
    }
    expect(readFileSync(input, "utf8")).toBe("old");
  });

  it.each(["", "-"])("needs a name, which %j is not", async (name) => {
    await expect(open(name)).rejects.toThrow(
      `The option --out takes the name of a file to write, but "${name}" was given.`,
    );
  });

  it("is refused where a link points at nothing, which stays a link", async () => {
    const path = join(emptyFolder("dangling"), "link");
    symlinkSync("none.txt", path);
    await expect(open(path)).rejects.toThrow("it is a link to a file that is not there");
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it.skipIf(!existsSync("/proc/self"))("is refused in a folder that takes no new files", async () => {
    await expect(open("/proc/a.txt")).rejects.toThrow('the folder "/proc" takes no new files');
  });

  it.each([
    ["a folder that is not there", "none/a.txt", 'there is no folder "none"'],
    ["a name that ends as a folder's", "none/", "its name is that of a folder"],
    ["a folder in its place", "place", "it is a folder"],
    ["a file in place of a folder", "file/a.txt", "a part of its path is a file, not a folder"],
    ["a name that is too long", "n".repeat(300), "its name is too long"],
  ])("is refused at once for %s", async (_, name, why) => {
    mkdirSync(join(folder.path, "place"), { recursive: true });
    writeFileSync(join(folder.path, "file"), "");
    const before = readdirSync(folder.path);
    const path = join(folder.path, name);
    await expect(open(path)).rejects.toThrow(InputError);
    const message = await open(path).catch((error: Error) => error.message);
    expect(String(message).replaceAll(`${folder.path}/`, "")).toBe(
      `The file "${name}" cannot be written: ${why}.`,
    );
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
