import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { datePart } from "../../src/exports/onnx/datePart.ts";
import { graphBuilder } from "../../src/exports/onnx/graphBuilder.ts";
import { toOnnx } from "../../src/exports/onnx/toOnnx.ts";
import { exportPlan } from "../../src/exports/plan.ts";
import { readOnnx } from "../../src/formats/onnx/readOnnx.ts";
import { writeOnnx } from "../../src/formats/onnx/writeOnnx.ts";
import { partAt } from "../../src/preprocess/dateParts.ts";
import { onnxRuntime, runOnnx } from "../support/onnxRuntime.ts";
import { expectAgreement } from "./agreement.ts";
import { type Example, exampleModels, HOSTILE } from "./examples.ts";
import { answersOf } from "./onnxAnswers.ts";

let examples: Example[];
beforeAll(async () => {
  examples = await exampleModels();
});

const named = (name: string): Example => examples.find((example) => example.name === name) as Example;

const python = ["python3", "/usr/bin/python3"].find(
  (path) => spawnSync(path, ["-c", "import onnx"]).status === 0,
);

describe("A model as ONNX", () => {
  test("is what our own reader reads, and the same bytes each time", () => {
    for (const { name, model } of examples) {
      const bytes = toOnnx(model);
      expect(writeOnnx(readOnnx(bytes, name)), name).toEqual(bytes);
      expect(toOnnx(structuredClone(model)), name).toEqual(bytes);
    }
  });

  test("asks for the columns that some weight reads, by their names", () => {
    for (const { name, model } of examples) {
      const { graph } = readOnnx(toOnnx(model), name);
      const { columns } = exportPlan(model);
      expect(graph.inputs.map((input) => input.name)).toEqual(columns.map((column) => column.name));
      for (const { shape } of graph.inputs) expect(shape).toEqual(["rows", 1]);
    }
    const { graph } = readOnnx(toOnnx(named("a network of numbers").model), "");
    const types = Object.fromEntries(graph.inputs.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      length: "double",
      wet: "double",
      day: "double",
      colour: "string",
      [HOSTILE]: "double",
    });
  });

  test("leaves zeros out where that is shorter", () => {
    const pruned = named("a pruned resnet").model;
    const stuffed = {
      ...pruned,
      members: pruned.members.map((member) => ({
        ...member,
        network: {
          ...member.network,
          layers: member.network.layers.map((layer) =>
            layer.kind === "dense"
              ? { ...layer, weight: layer.weight.map((value) => value || 1e-30) }
              : {
                  ...layer,
                  positive: layer.positive.map((value) => value || 1e-30),
                  negative: layer.negative.map((value) => value || 1e-30),
                },
          ),
        },
      })),
    };
    expect(toOnnx(pruned).length).toBeLessThan(toOnnx(stuffed).length);
    expect(readOnnx(toOnnx(pruned), "").graph.nodes.map(({ op }) => op)).toContain("ScatterElements");
  });

  test.skipIf(!python)("passes onnx's checker, shapes and types inferred (needs python3 with onnx)", () => {
    const script = `
import sys, onnx
model = onnx.load_model_from_string(sys.stdin.buffer.read())
onnx.checker.check_model(model, full_check=True)
print(len(model.graph.node))`;
    for (const { name, model } of examples) {
      const { stdout, stderr } = spawnSync(python as string, ["-c", script], { input: toOnnx(model) });
      expect(stderr.toString(), name).toBe("");
      expect(Number(stdout), name).toBeGreaterThan(5);
    }
  });
});

describe.skipIf(!onnxRuntime)("A model in onnxruntime (needs .tools/onnxruntime-node)", () => {
  test("predicts what it does here, every kind of model and of cell", async () => {
    for (const example of examples) {
      const { model, rows } = example;
      expectAgreement(example, await answersOf(model, rows));
      // One row alone, and none.
      expect(await answersOf(model, rows.slice(0, 1))).toHaveLength(1);
      expect(await answersOf(model, [])).toEqual([]);
    }
  });

  test("knows month, weekday and hour of every moment", async () => {
    // Of years from -270000 to 270000, of every day around 1900, 1970, 2000 and 2100, and of hours that float64 has just below.
    const far = Array.from({ length: 4001 }, (_, i) => (i - 2000) * 49_999.37);
    const near = [-25_600, 0, 10_950, 47_500].flatMap((day) =>
      Array.from({ length: 800 }, (_, i) => day + i),
    );
    const hours = Array.from({ length: 600 }, (_, i) => 19_000 + i / 24);
    const moments = Float64Array.from([...far, ...near, ...hours]);
    for (const part of ["month", "weekday", "hour"] as const) {
      const graph = graphBuilder();
      graph.output(datePart(graph, part, graph.input("when", "double")), "part", "int64", 1);
      const file = writeOnnx({
        irVersion: 8,
        opsets: [{ domain: "", version: 17 }],
        producer: "",
        producerVersion: "",
        documentation: "",
        metadata: new Map(),
        graph: graph.graph(),
      });
      const { outputs } = await runOnnx(file, { when: moments });
      expect(Array.from(outputs.part.data, Number), part).toEqual(
        Array.from(moments, (moment) => partAt(part, moment)),
      );
    }
  });
});
