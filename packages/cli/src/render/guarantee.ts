import type { TableGuarantee, TabularModel } from "psilon";
import { anyForInfinity } from "../anyForInfinity.js";
import { beyondText } from "./bound.js";
import { figureAbove, figureBelow, percentBelow, shortFigure, thousands } from "./text.js";

/** The guarantee as JSON holds it; null where there are no rows to tell it of. */
export const guaranteeJson = (guarantee: TableGuarantee | null): object | null =>
  JSON.parse(JSON.stringify(guarantee, anyForInfinity));

/** What a person can count on, as a fact; `rows` are what they are called: "test rows", "rows of new.csv". */
export function guaranteeFact(
  guarantee: TableGuarantee,
  rows: string,
  about: Pick<TabularModel, "schema" | "target">,
): [string, string] {
  const { classes, radius, drawnFrom } = guarantee;
  const drawn = guarantee.rows < drawnFrom ? `${thousands(guarantee.rows)} drawn from ` : "";
  const isOne = drawnFrom === 1;
  const some = isOne ? `1 ${rows.replace("rows", "row")}` : `half of ${drawn}${thousands(drawnFrom)} ${rows}`;
  const text = classes
    ? classesText(classes, some, isOne, radius)
    : `predictions stay within ${guarantee.numbers
        .map(({ name, atMost }) => `±${figureAbove(atMost)} (${name})`)
        .join(
          ", ",
        )} while every number moves by ${shortFigure(radius)} standard deviations,\nfor ${some}${guarantee.numbers.length > 1 ? ", of each by itself" : ""}${beyondRange(guarantee, about)}`;
  return ["proven", text];
}

/** Says of which targets it promises nothing that the table does not; of quantiles where the widest does not. */
function beyondRange(
  { numbers }: TableGuarantee,
  { schema, target }: Pick<TabularModel, "schema" | "target">,
): string {
  if (target.task === "classification") return "";
  return beyondText(
    schema,
    target.names.map((name, k) => ({
      name,
      isBeyond: (min, max) =>
        (target.levels ? numbers : [numbers[k]]).some(({ atMost }) => atMost > max - min),
    })),
  );
}

function classesText(
  { middleRadius, certified, certifiedAndRight }: NonNullable<TableGuarantee["classes"]>,
  some: string,
  isOne: boolean,
  radius: number,
): string {
  const first =
    middleRadius === null
      ? `not ${some} ${isOne ? "is proven to keep its" : "are proven to keep their"} class, even where nothing moves`
      : `${some} ${isOne ? "keeps its" : "keep their"} class while every number moves by ${amountText(middleRadius)}`;
  const right =
    certifiedAndRight === null ? "" : `, ${percentBelow(certifiedAndRight)} keep it and are right`;
  return `${first}\nwhile it moves by ${shortFigure(radius)}: ${percentBelow(certified)} keep it${right}`;
}

const amountText = (radius: number) =>
  radius === Number.POSITIVE_INFINITY ? "any amount" : `${figureBelow(radius)} standard deviations`;
