import { describe, expect, it } from "vitest";
import {
  alignedTable,
  duration,
  facts,
  figure,
  figureAbove,
  figureBelow,
  percentBelow,
  quoted,
  rangeEnds,
  shareBar,
  shortFigure,
} from "../../src/render/text.js";

describe("text for people", () => {
  it("lines up columns, the first to the left and the others to the right", () => {
    expect(
      alignedTable([
        ["", "λ"],
        ["one", "10"],
        ["two λλ", "1"],
      ]),
    ).toBe("         λ\none     10\ntwo λλ   1");
  });

  it("indents facts of several lines", () => {
    expect(
      facts([
        ["a", "1"],
        ["long", "2\n3"],
      ]),
    ).toBe("a     1\nlong  2\n      3");
  });

  it("goes on below where a line would be wider than 120 columns, but for words and commands", () => {
    const path = `${"folder/".repeat(20)}m.st`;
    const words = Array.from({ length: 30 }, (_, i) => `word${i}`);
    const next = [`psilon inspect ${path}`, `psilon predict ${path} <data>`];
    const text = facts([
      ["said", `${words.join(" ")}\n  indented ${words.join(" ")}`],
      ["saved", path],
      ["next", next.join("\n")],
    ]);
    const lines = text.split("\n");
    expect(lines.slice(-3)).toEqual([`saved  ${path}`, `next   ${next[0]}`, `       ${next[1]}`]);
    const [first, second, third, fourth] = lines;
    expect(first).toMatch(/^said {3}word0 .*word16$/);
    expect(first.length).toBeGreaterThan(110);
    expect(second).toMatch(/^ {9}word17 .* word29$/);
    expect(third).toMatch(/^ {9}indented word0 .*$/);
    expect(fourth).toMatch(/^ {11}word\d+ .* word29$/);
    for (const line of lines.slice(0, 4)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("puts columns for which there is no room below, beside the first ones again, and what is long about a row below it", () => {
    const cells = (row: string) => [
      row,
      ...Array.from({ length: 4 }, (_, k) => `${row}${k}`.padEnd(40, ".")),
    ];
    const [a, b] = [cells("a"), cells("b")];
    expect(alignedTable([a, b])).toBe(
      [
        ...[a, b].map(([name, first, second]) => `${name}  ${first}  ${second}`),
        "",
        ...[a, b].map(([name, , , third, fourth]) => `${name}  ${third}  ${fourth}`),
      ].join("\n"),
    );
    expect(alignedTable([a, b], { keys: 2 }).split("\n\n")[2]).toBe(
      [a, b].map(([name, first, , , fourth]) => `${name}  ${first}  ${fourth}`).join("\n"),
    );
    const long = Array<string>(30).fill("word").join(" ");
    expect(alignedTable([["x"], ["y"], ["z"]], { beside: ["", "short", long] })).toMatch(
      /^x\ny {2}short\nz\n {4}(word ){22}word\n {6}(word ){6}word$/,
    );
  });

  it("writes four digits that count", () => {
    expect([0, 1, 0.123456, -12345.6, 1234567, 0.000012345, Number.NaN].map(figure)).toEqual([
      "0",
      "1",
      "0.1235",
      "-12350",
      "1.23e6",
      "1.23e-5",
      "–",
    ]);
  });

  it("writes the ends of a column so that they can be told apart and whole numbers can be recognized", () => {
    const ends = (...[min, max]: [number, number]) => rangeEnds(min, max).join(" … ");
    expect(ends(1700000000, 1700000357)).toBe("1700000000 … 1700000357");
    expect(ends(1700000000.25, 1700000000.75)).toBe("1700000000.25 … 1700000000.75");
    expect(ends(32.1, 58)).toBe("32.1 … 58");
    expect(ends(0, 0)).toBe("0 … 0");
    expect(ends(0.1 + 0.2, 0.1 + 0.2)).toMatch(/^0\.3\d* … 0\.3\d*$/);
    expect(ends(1.1e-5, 0.9999741)).toBe("0.000011 … 0.99997");
    expect(ends(-1.5e300, 2.25e300)).toBe("-1.5e300 … 2.25e300");
    expect(ends(-4.0000001, -4)).toBe("-4.0000001 … -4");
  });

  it("rounds what is promised to the safe side, and nothing by more than one in the last digit", () => {
    expect(figureAbove(Number.POSITIVE_INFINITY)).toBe("∞");
    expect([0.139162, 23.9337, 1, 0, 9.9999, 12345678, 1.2341e-5].map(figureAbove)).toEqual([
      "0.1392",
      "23.94",
      "1",
      "0",
      "10",
      "1.24e7",
      "1.24e-5",
    ]);
    expect([0.139162, 0.99996, 1, 0, 1234567, 0.00012349].map(figureBelow)).toEqual([
      "0.1391",
      "0.9999",
      "1",
      "0",
      "1.23e6",
      "1.23e-4",
    ]);
    // A rounding off a short number shows as one, and not as if it were a thousandth.
    const [more, less] = [1 + 2 ** -50, 1 - 2 ** -50];
    expect([more, 25.84 * more, 2e6 * more, 1e-5 * more].map(figureAbove)).toEqual([
      "1.000001",
      "25.84001",
      "2.00001e6",
      "1.00001e-5",
    ]);
    expect([more, less, 0.25 * less, 3e7 * less].map(figureBelow)).toEqual([
      "1",
      "0.9999999",
      "0.2499999",
      "2.99999e7",
    ]);
    for (let k = 0; k < 1000; k++) {
      const short = Number(figure(10 ** (((k * 0.618) % 12) - 6)));
      for (const value of [short * more, short * less]) {
        expect(Number(figureAbove(value))).toBeGreaterThanOrEqual(value);
        expect(Number(figureBelow(value))).toBeLessThanOrEqual(value);
        expect(Number(figureAbove(value)) / Number(figureBelow(value))).toBeLessThan(1 + 3e-5);
      }
    }
    for (let k = 0; k < 1000; k++) {
      const value = 10 ** (((k * 0.618) % 12) - 6);
      expect(Number(figureAbove(value))).toBeGreaterThanOrEqual(value);
      expect(Number(figureBelow(value))).toBeLessThanOrEqual(value);
      expect(Number(figureAbove(value)) / Number(figureBelow(value))).toBeLessThan(1.0111);
    }
  });

  it("writes λ as it was chosen, and a tolerance to its last digit", () => {
    expect([0, 1e-5, 2.5e-4, 0.001, 0.25].map(shortFigure)).toEqual(["0", "1e-5", "2.5e-4", "0.001", "0.25"]);
    expect([0.999999, 1234567, 1e300].map(shortFigure)).toEqual(["0.999999", "1234567", "1e300"]);
  });

  it("says that all are certified only where they are, and never more than are", () => {
    expect([1, 2999 / 3000, 0.57, 0.001, 1e-9, 0].map(percentBelow)).toEqual([
      "100.0 %",
      "99.9 %",
      "57.0 %",
      "0.1 %",
      "0.0 %",
      "0.0 %",
    ]);
    for (let n = 1; n <= 200; n++) {
      for (let k = 0; k <= n; k++) {
        // In tenths of a percent, which are whole.
        const shown = Math.round(10 * Number.parseFloat(percentBelow(k / n)));
        expect(shown * n <= 1000 * k && 1000 * k < (shown + 1) * n).toBe(true);
      }
    }
  });

  it("writes seconds as seconds or minutes", () => {
    expect([0.123, 119.94, 150].map(duration)).toEqual(["0.1 s", "119.9 s", "2 min 30 s"]);
  });

  it("shows the smallest share above 0", () => {
    expect([0, 0.001, 0.5, 1].map((share) => shareBar(share, 4))).toEqual(["", "▏", "██", "████"]);
  });

  it("quotes what a shell would take apart", () => {
    expect(["a/b-1.csv", "x=ignore", "my file.csv", "it's"].map(quoted)).toEqual([
      "a/b-1.csv",
      "x=ignore",
      "'my file.csv'",
      "'it'\\''s'",
    ]);
  });
});

it("a name that no person would read is cut where it is shown", () => {
  const long = "x".repeat(1e5);
  const [short, name] = [`${"x".repeat(80)}…`, `${"x".repeat(30)}…${"x".repeat(16)}…`];
  expect(
    facts([
      [long, `a ${long}, b`],
      ["b", "c"],
    ]),
  ).toBe([`${name}  a`, `${" ".repeat(52)}${short}`, `${" ".repeat(52)}b`, `b${" ".repeat(49)}c`].join("\n"));
  const wide = [
    ["", long],
    [long, "1"],
  ];
  expect(alignedTable(wide)).toBe(`${" ".repeat(50)}${name}\n${name}  ${"1".padStart(48)}`);
});
