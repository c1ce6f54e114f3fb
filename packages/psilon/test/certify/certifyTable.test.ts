import { beforeAll, describe, expect, test } from "vitest";
import { type CertifyOptions, certifyTable, type Prediction } from "../../src/certify/certifyTable.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { Move, Moves } from "../../src/moves/moves.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import type { Value } from "../../src/tables/column.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { refusal, rowOf } from "../support/synthetic.ts";
import { features, makeSubjects, type Subject, tableOf } from "./models.ts";

let backend: Backend;
let subjects: Record<string, Subject>;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  subjects = await makeSubjects();
});

const names = [
  "a net for one number",
  "a net for one number, by a factor",
  "a net for a number on a log scale",
  "a net for a number on a log scale, by a factor",
  "a ResNet for counts",
  "a net for three quantiles",
  "a ResNet for two numbers",
  "a net for two classes",
  "a net for two classes by a threshold",
  "a net for two classes by a threshold far off",
  "a ResNet for three classes",
  "an ensemble for three classes",
  "a pruned net for one number",
  "a plain network",
  "a net of bins for one number",
  "a ResNet of bins and values for two classes",
];

const moves: Record<string, Moves> = {
  "a small radius": { radius: 0.02 },
  "a radius with one column fixed": { radius: 0.1, fixed: ["length"] },
  "amounts in raw units and percent": {
    move: { length: { by: 1.5 }, weight: { percent: 3 }, age: { by: 2 } },
  },
  "amounts one way": {
    move: {
      length: { by: 1.5, only: "up" },
      weight: { percent: 3, only: "down" },
      age: { by: 2, only: "up" },
    },
  },
  "categories and truths": { move: { colour: "any", wet: "any" } },
  "categories beside a radius": { radius: 0.05, move: { colour: "any", length: { by: 0 } } },
  "any distance": { radius: Number.POSITIVE_INFINITY, fixed: ["weight"] },
};

function predictionsOf({ model }: Subject, table: Frame): Prediction[] {
  const found = predictTable(backend, model, table);
  if (found.task === "classification") return Array.from(found.labels, (label) => found.classes[label]);
  const count = found.targets.length;
  return Array.from({ length: table.rowCount }, (_, i) => [
    ...found.values.subarray(i * count, (i + 1) * count),
  ]);
}

/** How far apart two predictions are: the largest difference, or factor where that is asked, or Infinity between two classes. */
function apart(a: Prediction, b: Prediction, { tolerance }: Subject): number {
  if (typeof a === "string") return a === b ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(
    ...a.map((value, k) => {
      const other = Number(b[k]);
      return typeof tolerance === "object" ? Math.max(value / other, other / value) : Math.abs(value - other);
    }),
  );
}

const mostOf = ({ tolerance = 0 }: Subject) => (typeof tolerance === "object" ? tolerance.factor : tolerance);

/** A random cell that the column's move allows, often at the move's end. */
function movedCell(
  column: EncodedColumn,
  cell: Value,
  { radius = 0, move = {}, fixed = [] }: Moves,
  random: Random,
): Value {
  const own: Move | undefined = move[column.name];
  if (cell === null) return cell;
  if (column.kind !== "numeric") {
    if (own !== "any") return cell;
    const options = column.kind === "boolean" ? [true, false] : column.categories;
    return options[Math.floor(options.length * random.next())];
  }
  const x = Number(cell);
  const amount =
    own === undefined
      ? fixed.includes(column.name)
        ? 0
        : radius * column.std
      : typeof own === "object"
        ? "by" in own
          ? own.by
          : (own.percent / 100) * Math.abs(x)
        : 0;
  const reach = Math.min(amount, 1e4 * column.std);
  const shift = reach * (random.next() < 0.5 ? Math.sign(random.next() - 0.5) : 2 * random.next() - 1);
  const only = typeof own === "object" ? own.only : undefined;
  const moved = only === undefined ? shift : only === "up" ? Math.abs(shift) : -Math.abs(shift);
  return column.integer ? x + Math.trunc(moved) : x + moved;
}

describe.each(names)("Certificates of %s", (name) => {
  test.each(Object.keys(moves))(
    "hold for rows that move by %s, and counterexamples break what was asked",
    async (how) => {
      const subject = subjects[name];
      const { model, tolerance } = subject;
      const table = tableOf(features(12, 5));
      const options: CertifyOptions = { moves: moves[how], tolerance };
      const certificates = await certifyTable(backend, model, table, options);
      expect(certificates.map(({ row }) => row)).toEqual(Array.from(allRows(table), (row) => row + 1));
      expect(certificates.map(({ prediction }) => prediction)).toEqual(predictionsOf(subject, table));
      const random = createRandom(77);
      certificates.forEach(({ verdict, atMost, counterexample, prediction }, i) => {
        const original = rowOf(table, i);
        if (verdict === "refuted") {
          const changed: Row = { ...original, ...counterexample!.changes };
          const [found] = predictionsOf(subject, frameFrom([changed]));
          expect(found).toEqual(counterexample!.prediction);
          expect(apart(found, prediction, subject)).toBeGreaterThan(mostOf(subject));
          for (const [column, cell] of Object.entries(counterexample!.changes)) {
            const { kind, integer, std } = model.encoder.columns.find(
              (one) => one.name === column,
            ) as EncodedColumn & {
              integer?: boolean;
              std?: number;
            };
            if (kind !== "numeric") continue;
            const limit = limitOf(moves[how], column, Number(original[column]), std!);
            expect(Math.abs(Number(cell) - Number(original[column]))).toBeLessThanOrEqual(
              limit * (1 + 1e-12),
            );
            if (integer) expect(Number.isInteger(cell)).toBe(true);
          }
          return;
        }
        const samples = Array.from({ length: 150 }, () =>
          Object.fromEntries(
            Object.keys(original).map((column) => {
              const encoded = model.encoder.columns.find((one) => one.name === column);
              const cell = original[column];
              return [column, encoded ? movedCell(encoded, cell, moves[how], random) : cell];
            }),
          ),
        );
        const most = verdict === "certified" ? mostOf(subject) : Number.POSITIVE_INFINITY;
        for (const found of predictionsOf(subject, frameFrom(samples))) {
          expect(apart(found, prediction, subject)).toBeLessThanOrEqual(
            Math.min(most, atMost ?? Number.POSITIVE_INFINITY),
          );
        }
      });
    },
  );
});

function limitOf({ radius = 0, move = {} }: Moves, column: string, x: number, std: number): number {
  const own = move[column];
  if (own === undefined) return radius * std;
  if (own === "any") return Number.POSITIVE_INFINITY;
  return "by" in own ? own.by : (own.percent / 100) * Math.abs(x);
}

test("All three verdicts occur", async () => {
  const counts: Record<string, number> = {};
  for (const name of names) {
    for (const how of Object.keys(moves)) {
      const { model, tolerance } = subjects[name];
      const found = await certifyTable(backend, model, tableOf(features(12, 5)), {
        moves: moves[how],
        tolerance,
      });
      for (const { verdict } of found) counts[verdict] = (counts[verdict] ?? 0) + 1;
    }
  }
  expect(counts.certified).toBeGreaterThan(50);
  expect(counts.refuted).toBeGreaterThan(50);
  expect(counts.unknown).toBeGreaterThan(0);
});

describe("The exact program", () => {
  test.each([
    "a net for one number",
    "a net for a number on a log scale",
    "a net for a number on a log scale, by a factor",
  ])("settles what bounds and search leave open: %s", async (name) => {
    const { model, tolerance } = subjects[name];
    const table = tableOf(features(12, 5));
    for (const radius of [0.05, 0.1, 0.2]) {
      const [loose, exact] = await Promise.all(
        [null, 600].map((exactSeconds) =>
          certifyTable(backend, model, table, { moves: { radius }, tolerance, exactSeconds }),
        ),
      );
      expect(exact.every(({ verdict }) => verdict !== "unknown")).toBe(true);
      loose.forEach(({ verdict }, i) => {
        if (verdict !== "unknown") expect(exact[i].verdict).toBe(verdict);
      });
    }
  });
});

describe("Raw values at the edge", () => {
  const row = features(1, 9)[0];
  const of = (changes: Row) => tableOf([{ ...row, ...changes }]);

  test("a whole number moves by whole steps alone", async () => {
    const { model, tolerance } = subjects["a net for one number"];
    const [half] = await certifyTable(backend, model, of({ age: 30 }), {
      moves: { move: { age: { by: 0.9 } } },
      tolerance,
    });
    expect(half.verdict).toBe("certified");
    expect(half.atMost).toBeLessThan(1e-3);
    const [one] = await certifyTable(backend, model, of({ age: 30 }), {
      moves: { move: { age: { by: 1 } } },
      tolerance,
    });
    expect(one.atMost).toBeGreaterThan(1e-3);
    const [between] = await certifyTable(backend, model, of({ age: 30.5 }), {
      moves: { move: { age: { by: 0.9 } } },
      tolerance,
    });
    expect(between.atMost).toBeGreaterThan(1e-3);
  });

  test.each([
    ["a value a million times too large", { length: 1e6 * 20 }],
    ["a category that no train row had", { colour: "violet" }],
    ["missing cells", { weight: null, colour: null }],
    ["another constant than in training", { constant: 6 }],
  ])("%s is certified for nothing that predictions contradict", async (_, changes) => {
    for (const name of names) {
      const subject = subjects[name];
      const table = of(changes);
      const how: Moves = { radius: 0.3, move: { colour: "any" } };
      const [{ verdict, prediction, atMost, counterexample }] = await certifyTable(
        backend,
        subject.model,
        table,
        {
          moves: how,
          tolerance: subject.tolerance,
        },
      );
      if (counterexample)
        expect(apart(counterexample.prediction, prediction, subject)).toBeGreaterThan(mostOf(subject));
      const random = createRandom(3);
      const original = rowOf(table, 0);
      const samples = Array.from({ length: 100 }, () =>
        Object.fromEntries(
          Object.keys(original).map((column) => {
            const encoded = subject.model.encoder.columns.find((one) => one.name === column);
            return [column, encoded ? movedCell(encoded, original[column], how, random) : original[column]];
          }),
        ),
      );
      if (verdict === "refuted") continue;
      const most = verdict === "certified" ? mostOf(subject) : Number.POSITIVE_INFINITY;
      for (const found of predictionsOf(subject, frameFrom(samples))) {
        expect(apart(found, prediction, subject)).toBeLessThanOrEqual(
          Math.min(most, atMost ?? Number.POSITIVE_INFINITY),
        );
      }
    }
  });

  test("a row that nothing moves is certified, and moves by rounding alone", async () => {
    for (const name of names) {
      const { model, tolerance } = subjects[name];
      const [{ verdict, atMost }] = await certifyTable(backend, model, of({}), { moves: {}, tolerance });
      expect(verdict).toBe("certified");
      const none = typeof tolerance === "object" ? 1 : 0;
      if (atMost !== null) expect(atMost - none).toBeLessThan(1e-2);
    }
  });
});

describe("What is asked", () => {
  const ask = (name: string, options: Partial<CertifyOptions>) =>
    refusal(() =>
      certifyTable(backend, subjects[name].model, tableOf(features(2, 1)), {
        moves: {},
        tolerance: subjects[name].tolerance,
        ...options,
      }),
    );
  const number = "a net for one number";

  test.each<[string, Partial<CertifyOptions>, RegExp]>([
    [
      "a column the model does not read",
      { moves: { move: { lenght: { by: 1 } } } },
      /no column "lenght".*"length"/,
    ],
    ["a fixed column the model does not read", { moves: { fixed: ["size"] } }, /no column "size"/],
    ["nothing said of what may move", { moves: undefined as never }, /needs `moves`/],
    ["a radius below 0", { moves: { radius: -1 } }, /radius.*-1/],
    ["a radius that is no number", { moves: { radius: Number.NaN } }, /radius.*NaN/],
    [
      "a category that moves by an amount",
      { moves: { move: { colour: { by: 1 } } } },
      /categorical.*colour=any/,
    ],
    ["a number that moves to any", { moves: { move: { length: "any" } } }, /holds numbers/],
    ["a negative amount", { moves: { move: { length: { by: -2 } } } }, /at least 0.*-2/],
    ["a negative share", { moves: { move: { length: { percent: -2 } } } }, /at least 0.*-2/],
    [
      "a column that is moved and fixed",
      { moves: { move: { length: { by: 1 } }, fixed: ["length"] } },
      /both/,
    ],
    ["no tolerance", { tolerance: undefined }, /tolerance how far value may move/],
    ["a tolerance of 0", { tolerance: 0 }, /positive number.*0/],
    ["an infinite tolerance", { tolerance: Number.POSITIVE_INFINITY }, /positive number.*Infinity/],
  ])("%s is refused in a sentence", async (_, options, sentence) => {
    expect(await ask(number, options)).toMatch(sentence);
  });

  test("a tolerance for classes is refused in a sentence", async () => {
    expect(await ask("a net for two classes", { tolerance: 1 })).toMatch(/classes.*leave the tolerance out/);
  });

  test("ends after the row in progress when it is aborted", async () => {
    const controller = new AbortController();
    const { model, tolerance } = subjects[number];
    const found = await certifyTable(backend, model, tableOf(features(20, 1)), {
      moves: { radius: 0.1 },
      tolerance,
      signal: controller.signal,
      onRow: (done) => done === 3 && controller.abort(),
    });
    expect(found.length).toBe(3);
  });
});
