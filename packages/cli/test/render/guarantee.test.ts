import { describe, expect, it } from "vitest";
import { guaranteeFact, guaranteeJson } from "../../src/render/guarantee.js";

describe("a guarantee", () => {
  const about = {
    norm: "inf",
    units: "standard deviations",
    arithmetic: "float32",
    radius: 0.1,
    rows: 100,
    drawnFrom: 1234,
    classes: null,
    numbers: [],
  } as const;
  const numbers = [
    { name: "y", atMost: 1.00001 },
    { name: "z", atMost: Number.POSITIVE_INFINITY },
  ];
  const classes = { middleRadius: 0.99999, certified: 2999 / 3000, certifiedAndRight: 0.5 };
  const range = { kind: "numeric", min: 0, max: 5, mean: 1, std: 1, distinct: 9 } as const;
  const model = {
    schema: {
      rows: { read: 9, used: 9 },
      columns: ["y", "z"].map((name) => ({ ...range, name, role: "target", missing: 0 }) as const),
    },
    target: { task: "regression", names: ["y", "z"], centers: [0, 0], scales: [1, 1] },
  } as const;
  const textOf = (more: object) => guaranteeFact({ ...about, ...more }, "test rows", model)[1];

  it("of numbers is a range in the target's units, never less than proven, of half of the rows", () => {
    expect(textOf({ numbers })).toBe(
      "predictions stay within ±1.001 (y), ±∞ (z) while every number moves by 0.1 standard deviations,\n" +
        "for half of 100 drawn from 1,234 test rows, of each by itself\n" +
        "that is larger than the range of the data, 0 … 5 (z)",
    );
    const quantiles = { ...model.target, names: ["y"], levels: [0.1, 0.9] };
    const wide = [
      { name: "y_0.1", atMost: 4 },
      { name: "y_0.9", atMost: 6 },
    ];
    const [, text] = guaranteeFact({ ...about, numbers: wide }, "test rows", { ...model, target: quantiles });
    expect(text).toMatch(/\nthat is larger than the range of the data, 0 … 5$/);
    expect(textOf({ numbers: [numbers[0], { ...numbers[0], name: "z" }] })).not.toContain("larger");
  });

  it("speaks of one row as of one", () => {
    const one = { rows: 1, drawnFrom: 1 };
    expect(textOf({ ...one, numbers: [numbers[0], numbers[0]] })).toMatch(/\nfor 1 test row, of each/);
    expect(textOf({ ...one, classes })).toMatch(/^1 test row keeps its class while/);
    const none = { ...classes, middleRadius: null };
    expect(textOf({ ...one, classes: none })).toMatch(/^not 1 test row is proven to keep its class, even/);
  });

  it("of classes is the middle radius and the shares certified, never more than proven", () => {
    expect(textOf({ classes, drawnFrom: 100 })).toBe(
      "half of 100 test rows keep their class while every number moves by 0.9999 standard deviations\n" +
        "while it moves by 0.1: 99.9 % keep it, 50.0 % keep it and are right",
    );
    const any = { middleRadius: Number.POSITIVE_INFINITY, certified: 1, certifiedAndRight: null };
    expect(textOf({ classes: any })).toMatch(/ by any amount\nwhile it moves by 0\.1: 100\.0 % keep it$/);
    const none = { ...classes, middleRadius: null };
    expect(textOf({ classes: none })).toMatch(
      /^not half of .* are proven to keep their class, even where nothing moves\n/,
    );
  });

  it("is in JSON without Infinity, and nothing where there is none", () => {
    expect(guaranteeJson({ ...about, numbers })).toEqual({
      ...about,
      numbers: [numbers[0], { name: "z", atMost: "any" }],
    });
    expect(guaranteeJson(null)).toBe(null);
  });
});
