import type { Backend } from "../../src/engine/backend/backend.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { quick } from "../support/synthetic.ts";
import type { Example } from "./examples.ts";

/** A model with a number that is clipped, categories that share an input with all others, and dates with all of their parts. */
export async function farExample(backend: Backend): Promise<Example> {
  const known = Array.from({ length: 3300 }, (_, i) => ({
    when: new Date(Date.UTC(2023, 0, 1, i % 24) + 86_400_000 * (i % 400)),
    x: i === 7 ? 1e9 : Math.sin(i),
    kind: `k${i % 1100}`,
    y: (i % 400) / 100 + Math.sin(i) + (i % 1100 > 1000 ? 3 : 0) + (i % 24) / 9,
  }));
  const options = { ...quick, width: 8, epochs: 3 };
  const model = await trainModel(frameFrom(known), "y", options);
  const rows = [
    { when: "2023-03-05T17:30:00", x: 0.5, kind: "k3" },
    { when: "2024-12-31", x: 1e12, kind: "k1099" },
    { when: "2022-02-28T23:59:59+02:00", x: -1e12, kind: "new" },
    { when: "1969-12-31 09:00 -0330", x: 3, kind: "k7" },
    { when: "2023-08-06T23:00:00Z", x: null, kind: null },
    ...Array.from({ length: 24 }, (_, hour) => ({
      when: new Date(Date.UTC(2024, hour % 12, 5 + hour, hour)).toISOString(),
      x: hour / 9,
      kind: `k${hour}`,
    })),
  ];
  return { name: "far", model, rows, predicted: predictTable(backend, model, frameFrom(rows)) };
}
