import type { Direction } from "../engine/networks/spec.js";
import { InputError } from "../errors.js";
import { type Encoder, encodedInputs } from "./encoder.js";
import { featureNamed, type Schema } from "./kinds.js";
import { lossFor, type Target } from "./target.js";

/**
 * By column, how predictions move when it alone grows: never downwards (`+`) or never upwards (`-`). Of a number this is about its
 * prediction, of two classes about the probability of the second, of a boolean column about false becoming true. A cell that is
 * missing is neither more nor less than any other.
 */
export type MonotoneColumns = Readonly<Record<string, "+" | "-">>;

/**
 * Throws InputError for columns that the table has not or that have no order, for another direction than + and −, and for targets
 * without one single output that could be monotone.
 */
export function checkMonotone(columns: MonotoneColumns, schema: Schema, target: Target): void {
  for (const [name, sign] of Object.entries(columns)) {
    if (sign !== "+" && sign !== "-") {
      throw new InputError({
        code: "unknown-choice",
        found: `The direction of the monotone column "${name}" is "+" or "-", but "${sign}" was given`,
        where: { column: name },
        value: String(sign),
      });
    }
    const asked = `Predictions were asked to be monotone in "${name}"`;
    const feature = featureNamed(schema, name, asked);
    if (feature.kind === "date" && feature.parts.length > 0) {
      throw new InputError({
        code: "unsuitable",
        found: `${asked}, but with a date go its ${feature.parts.join(", ")}, which come back`,
        where: { column: name },
        remedy: "turn it into a number first, such as days from some day",
      });
    }
    if (feature.kind === "categorical") {
      throw new InputError({
        code: "without-order",
        found: `${asked}, but its values are categories and have no order`,
        where: { column: name },
        remedy: "declare it numeric if they are numbers, or ordered with its levels if they have an order",
      });
    }
  }
  if (Object.keys(columns).length > 0 && lossFor(target).outputs > 1) {
    const found =
      target.task === "classification"
        ? `${target.classes.length} classes`
        : target.levels
          ? `${target.levels.length} quantiles`
          : `${target.names.length} targets`;
    throw new InputError({
      code: "wrong-task",
      found: `Monotone columns are for one numeric target or two classes, but there are ${found}`,
    });
  }
}

/** A direction for each encoded input; a column without inputs, since it never varied, moves nothing. */
export function monotoneDirections(columns: MonotoneColumns, encoder: Encoder): Direction[] {
  const signs = new Map(Object.entries(columns));
  return encodedInputs(encoder).map(({ column, kind }) => {
    const sign = kind === "missing" ? undefined : signs.get(column);
    return sign === "+" ? 1 : sign === "-" ? -1 : 0;
  });
}
