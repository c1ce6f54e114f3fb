import { describe, expect, it } from "vitest";
import { orderedColumns } from "../src/orderedColumns.js";

describe("--ordered", () => {
  it.each([
    ["one column", ["size=S<M<L"], { size: ["S", "M", "L"] }],
    ["several at once", ["size=S<M,grade=low<high"], { size: ["S", "M"], grade: ["low", "high"] }],
    ["one after the other", ["size=S<M", "grade=low<high"], { size: ["S", "M"], grade: ["low", "high"] }],
    ["spaces around levels", ["size= S < M "], { size: ["S", "M"] }],
    [
      "names with commas and equals signs",
      ["a,b=c=S<M", "d,e=x<y"],
      { "a,b=c": ["S", "M"], "d,e": ["x", "y"] },
    ],
    ["levels with commas", ["income=1,000<2,000,size=S<M"], { income: ["1,000", "2,000"], size: ["S", "M"] }],
  ])("takes %s", (_, texts, expected) => {
    const ordered = Object.entries(expected).map(([name, levels]) => [name, { ordered: levels }]);
    expect(orderedColumns(texts)).toEqual(ordered);
  });

  it.each(["size", "size=S", "=S<M", "S<M", "<S=M"])("refuses %s", (text) => {
    expect(() => orderedColumns([text])).toThrow(
      `The option --ordered takes columns with their levels, the least first, as in "size=S<M<L", but "${text}" was given.`,
    );
  });
});
