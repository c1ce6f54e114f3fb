import { beforeAll, describe, expect, test } from "vitest";
import { certifiedAccuracy, rightRows } from "../../src/certify/accuracy.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { numberedFrom, refusal } from "../support/synthetic.ts";
import { classes, handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

describe("Certified accuracy", () => {
  test("is what counting row by row gives, whatever the radii and whichever rows are known to be right", () => {
    const random = createRandom(1);
    const anyRadius = () => {
      const kind = random.next();
      return kind < 0.15 ? null : kind < 0.3 ? Number.POSITIVE_INFINITY : Math.floor(6 * random.next()) / 2;
    };
    for (let trial = 0; trial < 300; trial++) {
      const radii = Array.from({ length: 1 + Math.floor(20 * random.next()) }, (_, i) => ({
        row: i + 2,
        together: anyRadius(),
        alone: {},
      }));
      const known = radii.filter(() => random.next() < 0.8);
      const right = new Map(known.map(({ row }) => [row, random.next() < 0.6] as const));
      const at = [0, 0.25, 0.5, 1, 1.5, 2.5, 3, Number.POSITIVE_INFINITY];
      const share = (radius: number, alsoRight: boolean) =>
        known.filter(
          ({ row, together }) =>
            together !== null && together >= radius && (!alsoRight || right.get(row) === true),
        ).length / known.length;
      const expected = at.map((radius) => ({
        radius,
        certified: share(radius, false),
        certifiedAndRight: share(radius, true),
      }));
      expect(certifiedAccuracy(radii, right, at)).toEqual(known.length > 0 ? expected : []);
    }
  });
});

describe("A prediction is right", () => {
  /** Both targets are predicted as x itself. */
  const twice = handMade(
    layers([
      [[1], [1]],
      [0, 0],
    ]),
    [numeric("x")],
    {
      task: "regression",
      names: ["y", "z"],
      centers: [0, 0],
      scales: [1, 1],
    },
  );

  test("where every target is within the tolerance, which its end is too, told by the row's own number", () => {
    const table = numberedFrom(
      2,
      frameFrom({
        x: [1, 2, 3, 4, 5, 6],
        y: [1, 2.5, 3, 4.75, null, 6],
        z: [1, 1.5, 3.75, 4, 5, 6.25],
      }),
    );
    expect(rightRows(backend, twice, table, allRows(table), 0.5)).toEqual(
      new Map([
        [2, true],
        [3, true],
        [4, false],
        [5, false],
        [7, true],
      ]),
    );
    expect(rightRows(backend, twice, table, Int32Array.of(3, 0), 0.5)).toEqual(
      new Map([
        [5, false],
        [2, true],
      ]),
    );
  });

  test("where the class is the row's own, of the rows that have one", async () => {
    const model = handMade(
      layers([
        [[1], [-1], [0]],
        [0, 0, -1],
      ]),
      [numeric("x")],
      classes("more", "less", "never"),
    );
    const table = frameFrom({ x: [1, -1, 2, -3], class: ["more", "more", null, "less"] });
    expect(rightRows(backend, model, table, allRows(table), undefined)).toEqual(
      new Map([
        [1, true],
        [2, false],
        [4, true],
      ]),
    );
    expect(await refusal(() => rightRows(backend, model, table, allRows(table), 1))).toMatch(
      /leave the tolerance out/,
    );
    expect(await refusal(() => rightRows(backend, twice, table, allRows(table), undefined))).toMatch(
      /how far y, z may move/,
    );
  });
});

test("A prediction of one number beside its tolerance", () => {
  const model = handMade(layers([[[1]], [0]]), [numeric("x")], number());
  const table = frameFrom({ x: [0, 0, 0, 0], y: [0.5, -0.5, 0.5 + 2 ** -50, -0.5 - 2 ** -50] });
  expect([...rightRows(backend, model, table, allRows(table), 0.5).values()]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
