import type { Tolerance } from "../../src/fit/tolerance.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { Target } from "../../src/preprocess/target.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { mixedRows, quick } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 30 };

/** Rows of numbers (one of them whole), a category, a truth and missing cells, with what can be learned from them. */
export function features(count: number, seed: number): Row[] {
  return mixedRows(count, seed).map((row, i) => ({
    ...row,
    age: 20 + ((7 * i) % 41),
    value: row.value + ((7 * i) % 41) / 4,
    constant: 5,
    amount: 10 * Math.exp(-row.other / 3),
    count: Math.round(5 * Math.exp(-row.other / 3)),
  }));
}

const targets = ["value", "other", "kind", "sign", "amount", "count"];

/** A table of the features, and of one target or several. */
export function tableOf(rows: readonly Row[], ...kept: string[]): Frame {
  const names = Object.keys(rows[0]).filter((name) => !targets.includes(name) || kept.includes(name));
  return frameFrom(rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))));
}

/** A tolerance for those that predict numbers. */
export interface Subject {
  readonly model: TabularModel;
  readonly tolerance: Tolerance | undefined;
}

/** The same model of two classes that labels rows by a threshold. */
export function byThreshold({ model, tolerance }: Subject, positive: 0 | 1, at: number): Subject {
  return {
    tolerance,
    model: { ...model, target: { ...model.target, threshold: { positive, at } } as Target },
  };
}

export async function makeSubjects(): Promise<Record<string, Subject>> {
  const rows = features(150, 1);
  const train = async (target: string | string[], more: object, tolerance?: Tolerance) => ({
    model: await trainModel(tableOf(rows, ...[target].flat()), target, { ...options, ...more }),
    tolerance,
  });
  const [plain, logarithm] = [await train("value", {}, 4), await train("amount", { targetScale: "log" }, 6)];
  const sign = await train("sign", {});
  return {
    "a net for one number": plain,
    "a net for one number, by a factor": { ...plain, tolerance: { factor: 1.004 } },
    "a net for a number on a log scale": logarithm,
    "a net for a number on a log scale, by a factor": { ...logarithm, tolerance: { factor: 1.4 } },
    "a ResNet for counts": await train("count", { loss: "poisson", network: "resnet" }, 3),
    "a net for three quantiles": await train("value", { quantile: [0.1, 0.5, 0.9] }, 4),
    "a ResNet for two numbers": await train(["value", "other"], { network: "resnet" }, 3),
    "a net for two classes": sign,
    "a net for two classes by a threshold": byThreshold(sign, 1, 0.15),
    "a net for two classes by a threshold far off": byThreshold(sign, 0, 0.98),
    "a ResNet for three classes": await train("kind", { network: "resnet" }),
    "an ensemble for three classes": await train("kind", { preset: "best" }),
    "a pruned net for one number": await train("value", { prune: 0.6 }, 4),
    "a plain network": await train("value", { network: "mlp" }, 4),
    "a net of bins for one number": await train("value", { encode: "bins" }, 4),
    "a ResNet of bins and values for two classes": await train("sign", { network: "resnet", encode: "both" }),
  };
}
