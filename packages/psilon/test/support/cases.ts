import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import type { PenaltyKind } from "../../src/engine/penalties/penalty.ts";
import type { Random } from "../../src/engine/random/random.ts";
import { shuffle } from "../../src/engine/random/shuffle.ts";
import type { LossKind } from "../../src/engine/training/loss.ts";
import { type WeightKind, weightKinds } from "../../src/engine/weights/kinds.ts";
import { rowKinds } from "./kinds.ts";
import { type Problem, randomProblem } from "./problem.ts";

export interface Case {
  readonly name: string;
  readonly problem: Problem;
}

const losses: { name: string; loss: LossKind; outputs: readonly number[] }[] = [
  { name: "squared error of one output", loss: "squared-error", outputs: [1] },
  { name: "squared error of many outputs", loss: "squared-error", outputs: [2, 3, 5, 9] },
  { name: "logistic", loss: "logistic", outputs: [1] },
  { name: "softmax", loss: "softmax", outputs: [2, 3, 5, 11] },
];

const penalties: Record<NetworkSpec["architecture"], [PenaltyKind, Problem["form"]][]> = {
  mlp: [
    ["none", "auto"],
    ["l2", "auto"],
    ["path-norm", "auto"],
    ["path-norm", "explicit"],
  ],
  resnet: [
    ["none", "auto"],
    ["l2", "auto"],
    ["path-norm", "explicit"],
    ["improved-bound", "auto"],
    ["improved-bound", "explicit"],
  ],
};

/** Numbers below, at and above the kernels' blocks of 4, 8, 12 and 16, and both ends of what is promised. */
const widths = [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 17, 24, 25, 31, 33, 47, 64];
const batches = [1, 2, 3, 5, 8, 12, 13, 16, 17, 31, 33, 50, 69, 70];
const inputs = [1, 2, 3, 4, 6, 9, 13, 16, 21];
/** Deep networks are slow to differentiate elsewhere: shallow ones are dealt more often. */
const depths = [1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8];

/** Whether an output layer has lengths for the closed form of a penalty. */
export const givesClosedForm = (output: WeightKind) =>
  weightKinds[output].norm === 1 && weightKinds[output].length !== "fixed";

/**
 * Weights of fixed size cannot be given one at which the signal neither dies nor explodes: through many such layers float32
 * resolves neither our gradients nor the reference's.
 */
const depthFor = (hidden: WeightKind, depth: number) =>
  weightKinds[hidden].length === "fixed" ? Math.min(depth, 3) : depth;

/** Draws from a list, every entry once before any a second time. */
function dealer<T>(list: readonly T[], random: Random): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = shuffle([...list], random);
    return left.pop()!;
  };
}

/** Every weight × penalty × loss of an architecture, with shapes dealt so that each size meets many of them. */
export function everyCase(architecture: NetworkSpec["architecture"], random: Random): Case[] {
  const deal = {
    output: dealer(rowKinds, random),
    depth: dealer(depths, random),
    width: dealer(widths, random),
    batch: dealer(batches, random),
    inputs: dealer(inputs, random),
    weighted: dealer([true, false], random),
  };
  const cases: Case[] = [];
  for (const hidden of rowKinds) {
    for (const [penalty, form] of penalties[architecture]) {
      for (const { name, loss, outputs } of losses) {
        // The closed form is for L1 outputs only.
        const closed = form === "auto" && penalty !== "l2" && penalty !== "none" && hidden === "l1-shared";
        let output = deal.output();
        while (closed && !givesClosedForm(output)) output = deal.output();
        const spec: NetworkSpec = {
          architecture,
          inputs: deal.inputs(),
          width: deal.width(),
          depth: depthFor(hidden, deal.depth()),
          outputs: dealer(outputs, random)(),
          hidden,
          output,
        };
        const n = deal.batch();
        const problem = randomProblem({ spec, loss, penalty, form, n, weighted: deal.weighted(), random });
        const shape = `${spec.inputs}-${spec.width}-${spec.depth}-${spec.outputs}, ${n} rows`;
        const how = form === "explicit" ? " (explicit)" : "";
        cases.push({
          name: `${architecture} ${hidden}/${output}, ${penalty}${how}, ${name}, ${shape}`,
          problem,
        });
      }
    }
  }
  return [...cases, ...monotoneCases(architecture, random), ...lossCases(architecture, random)];
}

/** Losses that only say more of what a network's outputs are, over every kind of weight in turn. */
function lossCases(architecture: NetworkSpec["architecture"], random: Random): Case[] {
  const kinds: [LossKind, number][] = [
    ["poisson", 1],
    ["poisson", 3],
    [{ kind: "quantile", levels: [0.5] }, 1],
    [{ kind: "quantile", levels: [0.1, 0.5, 0.9] }, 3],
    [{ kind: "logistic", smoothing: 0.2 }, 1],
    [{ kind: "softmax", smoothing: 0.1 }, 4],
  ];
  return kinds.map(([loss, outputs], k): Case => {
    const hidden = rowKinds[k % rowKinds.length];
    const spec: NetworkSpec = {
      architecture,
      inputs: 4,
      width: 5 + 4 * k,
      depth: 1 + (k % 3),
      outputs,
      hidden,
      output: hidden,
    };
    const problem = randomProblem({ spec, loss, penalty: "none", n: 9 + k, weighted: k % 2 === 1, random });
    return { name: `${architecture} ${hidden}, ${JSON.stringify(loss)}`, problem };
  });
}

/** Every kind of weight under a linear term of its own bounds, in inputs of all three directions. */
function monotoneCases(architecture: NetworkSpec["architecture"], random: Random): Case[] {
  return rowKinds.flatMap((hidden, k) =>
    (["squared-error", "logistic"] as const).map((loss): Case => {
      const size = { inputs: 5, width: 4 + 3 * k, depth: 1 + (k % 3), outputs: 1 };
      const monotone = [1, 0, -1, 1, 0] as const;
      const spec: NetworkSpec = { architecture, ...size, hidden, output: hidden, monotone };
      const penalty = architecture === "resnet" ? "improved-bound" : "path-norm";
      const problem = randomProblem({ spec, loss, penalty, form: "explicit", n: 7 + k, random });
      return { name: `monotone ${architecture} ${hidden}, ${loss}`, problem };
    }),
  );
}
