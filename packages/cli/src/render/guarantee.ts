import type { TableGuarantee } from "psilon";
import { anyForInfinity } from "../anyForInfinity.js";
import { figureAbove, figureBelow, percentBelow, shortFigure, thousands } from "./text.js";

/** The guarantee as JSON holds it; null where there are no rows to tell it of. */
export const guaranteeJson = (guarantee: TableGuarantee | null): object | null =>
  JSON.parse(JSON.stringify(guarantee, anyForInfinity));

/** What a person can count on, as a fact; `rows` are what they are called: "test rows", "rows of new.csv". */
export function guaranteeFact(guarantee: TableGuarantee, rows: string): [string, string] {
  const { classes, radius, drawnFrom } = guarantee;
  const drawn = guarantee.rows < drawnFrom ? `${thousands(guarantee.rows)} drawn from ` : "";
  const half = `half of ${drawn}${thousands(drawnFrom)} ${rows}`;
  const text = classes
    ? classesText(classes, half, radius)
    : `predictions stay within ${guarantee.numbers
        .map(({ name, atMost }) => `±${figureAbove(atMost)} (${name})`)
        .join(
          ", ",
        )} while every number moves by ${shortFigure(radius)} standard deviations,\nfor ${half}${guarantee.numbers.length > 1 ? ", of each by itself" : ""}`;
  return ["proven", text];
}

function classesText(
  { middleRadius, certified, certifiedAndRight }: NonNullable<TableGuarantee["classes"]>,
  half: string,
  radius: number,
): string {
  const first =
    middleRadius === null
      ? `not ${half} are proven to keep their class, even where nothing moves`
      : `${half} keep their class while every number moves by ${amountText(middleRadius)}`;
  const right =
    certifiedAndRight === null ? "" : `, ${percentBelow(certifiedAndRight)} keep it and are right`;
  return `${first}\nwhile it moves by ${shortFigure(radius)}: ${percentBelow(certified)} keep it${right}`;
}

const amountText = (radius: number) =>
  radius === Number.POSITIVE_INFINITY ? "any amount" : `${figureBelow(radius)} standard deviations`;
