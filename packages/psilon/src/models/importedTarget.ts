import { InputError } from "../errors.js";
import type { OnnxNetwork } from "../formats/onnx/onnxNetwork.js";
import { excerpt } from "../formats/untrusted.js";
import { fitTarget } from "../preprocess/fitTarget.js";
import { columnsOf, type Schema } from "../preprocess/kinds.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import type { ClassTarget, Target } from "../preprocess/target.js";
import type { Frame } from "../tables/frame.js";

/** What was said of what an imported network predicts, and the file that it is in. */
interface Said {
  readonly target?: string | readonly string[] | undefined;
  readonly classes?: readonly string[] | undefined;
  readonly source: string;
}

/** What the network predicts, by the table's target where there is one. Throws InputError for other than as many names as there are outputs. */
export function importedTarget(
  network: OnnxNetwork,
  table: { readonly frame: Frame; readonly schema: Schema } | null,
  said: Said,
): Target {
  const [known] = table ? columnsOf(table.schema, "target") : [];
  const categories = known?.kind === "categorical" ? known.categories : null;
  if (network.isClassifier || said.classes || categories) return ofClasses(network, categories, said);
  const names = namesOfNumbers(network, said);
  if (table && known) return fitTarget(table.frame, rowsWithTarget(table.frame, names), table.schema);
  return { task: "regression", names, centers: names.map(() => 0), scales: names.map(() => 1) };
}

/** `categories`: those of the table's target. */
function ofClasses(
  { output, outputs, classes: own }: OnnxNetwork,
  categories: readonly string[] | null,
  { target = output, classes: named, source }: Said,
): ClassTarget {
  const [name, ...others] = [target].flat();
  if (name === undefined || others.length > 0) {
    throw refusal(source, `predicts one target of classes, but ${[target].flat().length} were named`);
  }
  // Of two classes there is one logit.
  const count = outputs === 1 ? 2 : outputs;
  const classes = named ?? own ?? categories ?? Array.from({ length: count }, (_, k) => String(k));
  const twice = classes.find((one, k) => classes.indexOf(one) !== k);
  if (twice !== undefined) {
    throw new InputError({
      code: "named-twice",
      found: `The list of classes names the class "${excerpt(twice)}" twice`,
      value: twice,
      remedy: "give each output a class of its own",
    });
  }
  if (classes.length !== count) {
    throw refusal(
      source,
      `tells ${count} classes apart, but ${classes.length} are named: ${excerpt(classes.join(", "))}`,
    );
  }
  return { task: "classification", name, classes };
}

function namesOfNumbers({ output, outputs }: OnnxNetwork, { target, source }: Said): readonly string[] {
  if (target === undefined) {
    return outputs === 1 ? [output] : Array.from({ length: outputs }, (_, k) => `${output}_${k + 1}`);
  }
  const names = [target].flat();
  if (names.length === outputs) return names;
  const numbers = outputs === 1 ? "one number" : `${outputs} numbers`;
  const targets = names.length === 1 ? "one target was" : `${names.length} targets were`;
  throw refusal(source, `predicts ${numbers}, but ${targets} named`);
}

const refusal = (source: string, found: string): InputError =>
  new InputError({ code: "wrong-shape", found: `The network in ${source} ${found}`, where: { source } });
