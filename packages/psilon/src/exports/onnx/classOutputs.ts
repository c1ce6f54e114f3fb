import type { ClassTarget } from "../../preprocess/target.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { alongColumns, beside, cast, picked } from "./operators.js";

/**
 * Hands out the class of each row, as a text that is empty where there is no prediction, and the probabilities of all classes, float32, under the
 * names and in the shapes of scikit-learn's converter.
 */
export function handOutClasses(graph: GraphBuilder, target: ClassTarget, outputs: Value): void {
  const { apply, doubles, integers, texts } = graph;
  const { classes, temperature = 1, threshold } = target;
  const count = classes.length;
  const divided = apply("Div", [outputs, doubles([temperature])]);
  // Of two classes there is one logit, that of the second beside 0.
  const logits = count === 2 ? beside(graph, [apply("Mul", [divided, doubles([0])]), divided]) : divided;
  const shares = apply("Softmax", [logits], [alongColumns]);
  const decided = threshold
    ? apply("Where", [
        apply("GreaterOrEqual", [
          picked(graph, shares, count, [threshold.positive]),
          doubles([threshold.at]),
        ]),
        integers([threshold.positive]),
        integers([1 - threshold.positive]),
      ])
    : apply("ArgMax", [shares], [alongColumns]);
  const isUnknown = apply("IsNaN", [picked(graph, shares, count, [0])]);
  const place = apply("Where", [isUnknown, integers([count]), decided]);
  const label = apply("Gather", [texts([...classes, ""]), apply("Squeeze", [place, integers([1])])]);
  graph.output(label, "label", "string");
  graph.output(cast(graph, shares, "float"), "probabilities", "float", count);
}
