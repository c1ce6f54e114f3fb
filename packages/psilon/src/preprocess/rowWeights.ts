import { asGiven, checkValues, isObject, type Kind, numbers } from "../arguments.js";
import { InputError } from "../errors.js";
import { suggestion } from "../names.js";

/**
 * How much each class counts: `balanced` for n/(K·n_k), so that all K classes count alike, or numbers by class name, 1
 * for a class that is not named.
 */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;

const weightKinds: Readonly<Record<"classWeights" | "sampleWeights", Kind>> = {
  classWeights: {
    name: '"balanced" or an object of weights by class',
    is: (value) => value === "balanced" || (isObject(value) && !Array.isArray(value)),
  },
  sampleWeights: numbers,
};

/** Throws InputError for weights of no kind that there is. */
export const checkWeights = (options: object): void => checkValues(options, weightKinds);

/** One weight per class. Throws InputError for unknown classes and for weights that are negative, not finite or all 0. */
export function classWeights(
  weights: ClassWeights,
  classes: readonly string[],
  labels: Int32Array,
): Float64Array {
  if (weights === "balanced") {
    const counts = new Float64Array(classes.length);
    for (const label of labels) counts[label]++;
    return counts.map((count) => (count === 0 ? 0 : labels.length / (classes.length * count)));
  }
  const byName = new Map(Object.entries(weights));
  for (const name of byName.keys()) {
    if (!classes.includes(name)) {
      throw new InputError({
        code: "unknown-class",
        found: `A weight is given for the class "${name}", which does not exist`,
        value: name,
        remedy: suggestion(name, classes),
      });
    }
  }
  const byClass = classes.map((name) => byName.get(name) ?? 1);
  check(byClass, (k) => `the class "${classes[k]}"`);
  return Float64Array.from(byClass);
}

/**
 * The weight of each row in the loss: its sample weight times its class's weight, divided by their mean, so that λ and
 * the learning rate mean the same with weights as without. Throws InputError when `sampleWeights` are not one per row,
 * negative, not finite or all 0.
 */
export function rowWeights(
  rowCount: number,
  {
    sampleWeights,
    rowName = (i) => `row ${i + 1} of the rows given`,
    byClass,
    labels,
  }: {
    readonly sampleWeights?: ArrayLike<number>;
    /** What a message calls the row of the i-th sample weight. */
    readonly rowName?: (i: number) => string;
    readonly byClass?: Float64Array;
    readonly labels?: Int32Array;
  },
): Float32Array {
  if (sampleWeights !== undefined) {
    if (sampleWeights.length !== rowCount) {
      throw new InputError({
        code: "wrong-shape",
        found: `There are ${sampleWeights.length} sample weights for ${rowCount} rows`,
        remedy: "give one per row",
      });
    }
    check(sampleWeights, rowName);
  }
  const products = Float64Array.from(
    { length: rowCount },
    (_, i) => (sampleWeights?.[i] ?? 1) * (byClass && labels ? byClass[labels[i]] : 1),
  );
  const mean = products.reduce((sum, weight) => sum + weight / rowCount, 0);
  if (!(mean > 0 && mean < Number.POSITIVE_INFINITY)) {
    throw new InputError({
      code: "no-weight",
      found: "The weights leave no row that counts",
      remedy: "give some row a positive weight in a class with a positive weight",
    });
  }
  return Float32Array.from(products, (weight) => weight / mean);
}

function check(weights: ArrayLike<number>, what: (index: number) => string): void {
  let positive = false;
  for (let i = 0; i < weights.length; i++) {
    if (!(typeof weights[i] === "number" && weights[i] >= 0 && weights[i] < Number.POSITIVE_INFINITY)) {
      throw new InputError({
        code: "out-of-range",
        found: `The weight of ${what(i)} is ${asGiven(weights[i])}, but a weight is a finite number of at least 0`,
        value: String(weights[i]),
      });
    }
    positive ||= weights[i] > 0;
  }
  if (!positive) {
    throw new InputError({ code: "no-weight", found: "All weights are 0, so no row would count" });
  }
}
