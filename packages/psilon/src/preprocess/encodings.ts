import { InputError } from "../errors.js";
import type { Encoding } from "./bins.js";
import { featureNamed, type Schema } from "./kinds.js";

/** One encoding for all numbers and dates, or one by column. */
export type Encodings = Encoding | Readonly<Record<string, Encoding>>;

/** The encoding of a column by its name; `others`: of columns that are not named. */
export const encodingIn =
  (encodings: Encodings, others: Encoding = "value") =>
  (name: string): Encoding =>
    typeof encodings === "string" ? encodings : Object.hasOwn(encodings, name) ? encodings[name] : others;

/** Throws InputError for columns that the table has not, and for those between whose values there are no bins. */
export function checkEncodings(encodings: Encodings, schema: Schema): void {
  if (typeof encodings === "string") return;
  for (const [name, encoding] of Object.entries(encodings)) {
    const asked = `The encoding "${encoding}" was asked for "${name}"`;
    const { kind } = featureNamed(schema, name, asked);
    if (kind === "categorical") {
      throw new InputError({
        code: "without-order",
        found: `${asked}, but columns of categories have no order`,
        where: { column: name },
        remedy: "declare it numeric if they are numbers, or ordered with its levels if they have an order",
      });
    }
    if (kind === "boolean") {
      throw new InputError({
        code: "unsuitable",
        found: `${asked}, but encodings are for numbers and dates, and it is true or false`,
        where: { column: name },
        remedy: "leave it out",
      });
    }
  }
}
