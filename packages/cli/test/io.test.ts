import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { ioOf } from "../src/io.js";
import { psilonHere } from "./support/psilonHere.js";

/** What is printed by a command that prints `text` as text and as a file's contents. */
async function printed(
  text: string,
  isTTY: boolean,
): Promise<{ readonly text: string; readonly data: string }> {
  let written = "";
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written += chunk;
        done();
      },
    }),
    { isTTY },
  );
  const { signal } = new AbortController();
  const io = ioOf({ stdin: process.stdin, stdout: stream, stderr: stream, signal });
  io.stdout.write(text);
  io.stderr.write(text);
  const [shown, half] = [written, written.length / 2];
  expect(shown.slice(0, half)).toBe(shown.slice(half));
  await io.printData([text]);
  return { text: shown.slice(0, half), data: written.slice(shown.length) };
}

it("what is printed gives a terminal no orders", async () => {
  const orders = [...Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))].join("");
  const { text } = await printed(`${orders}\u202e\u2066`, false);
  expect(text.replace(/[\t\n\x20-\x7e]/g, "")).toBe("");
  expect(text).toContain("\\u0000");
  expect(text).toContain("\\u001b");
  expect(text).toContain("\\u009b");
  expect(text).toContain("\\u202e\\u2066");
});

it("what a person can read is printed as it is", async () => {
  const text = "a\tb\nλ 1e-5 … „ä“ 😀 שלום\n";
  expect(await printed(text, true)).toEqual({ text, data: text });
});

it("JSON means the same as before", async () => {
  const value = { "\u001b[31m\u007f\u009b": ["\u202eabc\u2069", "\t\n", 1.5] };
  const { text } = await printed(`${JSON.stringify(value)}\n`, false);
  expect(text).not.toMatch(/[\u007f-\u009f\u202e]/);
  expect(JSON.parse(text)).toEqual(value);
});

it("the contents of a file are printed unchanged, but for a terminal", async () => {
  expect((await printed("a\u009b,b\r\n", false)).data).toBe("a\u009b,b\r\n");
  expect((await printed("a\u009b\n", true)).data).toBe("a\\u009b\n");
});

it("errors show the control characters of what was given", async () => {
  for (const argv of [
    ["inspect", "\u001b]0;title\u0007.st"],
    ["predict", "none.st", "\u009b31m.csv"],
    ["inspect", "m.st", "--\u001b[2J"],
    ["\u202eabc"],
  ]) {
    const { code, stderr } = await psilonHere(argv);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/(?![\t\n])\p{Cc}|\u202e/u);
  }
});
