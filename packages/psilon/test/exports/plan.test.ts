import { beforeAll, describe, expect, test } from "vitest";
import { exportPlan, type PlanFeature } from "../../src/exports/plan.ts";
import { type Example, exampleModels } from "./examples.ts";

let examples: Example[];
beforeAll(async () => {
  examples = await exampleModels();
});

const placesOf = (feature: PlanFeature): number[] => {
  const values =
    feature.kind === "category"
      ? [...feature.places, feature.other]
      : feature.kind === "number"
        ? [feature.value, ...(feature.bins?.places ?? [])]
        : [feature.value];
  return [...values, feature.missing].filter((place) => place >= 0);
};

describe("the plan of an export", () => {
  test("gives each input that some weight reads one place, in order", () => {
    for (const { name, model } of examples) {
      const { features, inputs, members } = exportPlan(model);
      expect(features.flatMap(placesOf), name).toEqual(Array.from({ length: inputs }, (_, j) => j));
      const read = new Set(members.flatMap((member) => member.inputs));
      expect(
        [...read].sort((a, b) => a - b),
        name,
      ).toEqual(Array.from({ length: inputs }, (_, j) => j));
    }
  });

  test("leaves out columns that no weight reads, and names them", () => {
    const { model } = examples.find(({ name }) => name === "pruned to 95 %") as Example;
    const { columns, unread, features } = exportPlan(model);
    expect(unread.length).toBeGreaterThan(0);
    const all = new Set(model.encoder.columns.map(({ date, name }) => date?.column ?? name));
    expect(new Set([...columns.map(({ name }) => name), ...unread])).toEqual(all);
    for (const at of columns.keys()) expect(features.some(({ column }) => column === at)).toBe(true);
  });

  test("keeps every weight that is not 0", () => {
    const count = (values: Float32Array) => values.reduce((sum, value) => sum + Number(value !== 0), 0);
    for (const { name, model } of examples) {
      const kept = exportPlan(model).members.map(({ layers }) => layers.map(({ weight }) => count(weight)));
      const had = model.members.map(({ network }) =>
        network.layers.map((layer) =>
          layer.kind === "dense" ? count(layer.weight) : count(layer.positive) + count(layer.negative),
        ),
      );
      expect(kept, name).toEqual(had);
    }
  });

  test("tells a text that is refused from one whose input no weight reads", () => {
    const { model } = examples.find(({ name }) => name === "a network of numbers") as Example;
    const open = (isOpen: boolean) =>
      model.encoder.columns.map((column) =>
        column.kind === "categorical" && isOpen
          ? { ...column, categories: column.categories.slice(1), other: true as const }
          : column,
      );
    const refused = (isOpen: boolean, unseen: "error" | "zeros") => {
      const { features } = exportPlan({ ...model, encoder: { unseen, columns: open(isOpen) } });
      return features.flatMap((feature) => (feature.kind === "category" ? [feature.refusesOthers] : []));
    };
    expect(new Set(refused(false, "error"))).toEqual(new Set([true]));
    expect(new Set(refused(true, "error"))).toEqual(new Set([false]));
    expect(new Set(refused(false, "zeros"))).toEqual(new Set([false]));
  });
});
