import {
  type CertifiedShare,
  type Move,
  type Moves,
  type RowCertificate,
  type RowRadius,
  readable,
  type TabularModel,
  type Tolerance,
} from "psilon";
import { boundText } from "./bound.js";
import {
  alignedTable,
  count,
  facts,
  figure,
  figureAbove,
  figureBelow,
  page,
  percentBelow,
  shortFigure,
  shortName,
  valueText,
} from "./text.js";

/** What `certify` found; verdicts or radii, the other empty. */
export interface Certification {
  readonly model: string;
  readonly data: string;
  /** In the target's units, or as a factor. */
  readonly tolerance: Tolerance | null;
  /** Null where radii were asked for. */
  readonly moves: Moves | null;
  /** Rows that were asked for. */
  readonly rows: number;
  readonly verdicts: readonly RowCertificate[];
  readonly radii: readonly RowRadius[];
  readonly accuracy: readonly CertifiedShare[];
}

/** Rows that are shown; `--out` and `--json` hold all. */
const SHOWN = 20;

export function certificationText(result: Certification, model: TabularModel): string {
  const { verdicts, radii, rows } = result;
  const done = verdicts.length + radii.length;
  const sections = [
    facts([
      ["model", result.model],
      ["asked", question(result, model)],
      ...(done < rows ? [["stopped", `after ${done} of ${count(rows, "row")}`] as const] : []),
      ...(result.moves ? [["rows", tally(verdicts) + middleMove(result)] as const] : radiusFacts(radii)),
      ["bound", boundText(model)],
    ]),
    result.moves ? verdictTable(result) : radiusTable(radii),
    ...(result.accuracy.length > 0 ? [accuracyTable(result, model)] : []),
    "Certified is proven, for the numbers that predict computes; a refuted row's counterexample was predicted.",
  ];
  return page(sections.filter(Boolean));
}

function question({ tolerance, moves }: Certification, { target, encoder }: TabularModel): string {
  const change =
    target.task === "classification"
      ? `does ${target.name} change`
      : `does ${target.names.join(" or ")} move by more than ${toleranceText(tolerance ?? 0)}`;
  if (!moves)
    return `how far can numbers move before ${change.replace("does ", "").replace("move", "moves").replace("change", "changes")}?`;
  return `${change} when ${movesText(moves, encoder)}?`;
}

/** What moves, and how far. */
export function movesText(
  { radius, move = {}, fixed = [] }: Moves,
  { columns }: TabularModel["encoder"],
): string {
  const dates = new Set(columns.flatMap(({ date }) => (date ? [date.column] : [])));
  const parts = [
    ...(radius
      ? [
          `every${Object.keys(move).length > 0 ? " other" : ""} number moves by ${amountText(radius, " standard deviations")}`,
        ]
      : []),
    ...Object.entries(move).map(([name, how]) => `${name} ${moveText(how, dates.has(name) ? " days" : "")}`),
  ];
  const stays = fixed.length > 0 ? `, and ${fixed.join(", ")} stay${fixed.length === 1 ? "s" : ""}` : "";
  return `${parts.join(", ") || "nothing moves"}${stays}`;
}

const toleranceText = (tolerance: Tolerance): string =>
  typeof tolerance === "number" ? shortFigure(tolerance) : `×${shortFigure(tolerance.factor)}`;

/** `unit`: of an amount, where it has one. */
function moveText(move: Move, unit: string): string {
  if (move === "any") return "takes any value";
  const amount = "by" in move ? amountText(move.by, unit) : amountText(move.percent, " %");
  return `moves ${move.only ? `${move.only} ` : ""}by ${amount}`;
}

const amountText = (amount: number, unit: string) =>
  amount === Number.POSITIVE_INFINITY ? "any amount" : shortFigure(amount) + unit;

function tally(verdicts: readonly RowCertificate[]): string {
  return (["certified", "refuted", "unknown"] as const)
    .map((verdict) => `${verdicts.filter((one) => one.verdict === verdict).length} ${verdict}`)
    .join(", ");
}

/** By how much predicted numbers move at most in half of the rows, where there is a bound for so many. */
function middleMove({ verdicts, tolerance }: Certification): string {
  if (verdicts.length === 0 || typeof verdicts[0].prediction === "string") return "";
  const far = Float64Array.from(verdicts, ({ atMost }) => atMost ?? Number.POSITIVE_INFINITY).sort();
  const middle = far[Math.ceil(far.length / 2) - 1];
  return Number.isFinite(middle)
    ? `\nin half of them predictions move by at most ${typeof tolerance === "object" ? "×" : ""}${figureAbove(middle)}`
    : "";
}

const predictionText = (prediction: RowCertificate["prediction"]) =>
  typeof prediction === "string" ? shortName(prediction) : prediction.map(figure).join(", ");

/** All rows where they are few, else those that are not certified. */
function verdictTable({ verdicts, tolerance }: Certification): string {
  const times = typeof tolerance === "object" && tolerance ? "×" : "";
  const open = verdicts.filter(({ verdict }) => verdict !== "certified");
  const listed = verdicts.length <= SHOWN ? verdicts : open;
  if (listed.length === 0) return "";
  const isNumber = typeof verdicts[0].prediction !== "string";
  const shown = listed.slice(0, SHOWN);
  const examples = shown.map(({ counterexample }) => {
    if (!counterexample) return "";
    const changes = Object.entries(counterexample.changes).map(
      ([name, cell]) => `${name} ${valueText(cell)}`,
    );
    return readable(`${predictionText(counterexample.prediction)} with ${changes.join(", ")}`);
  });
  const table = alignedTable(
    [
      ["row", "prediction", "verdict", ...(isNumber ? ["moves at most"] : [])],
      ...shown.map(({ row, prediction, verdict, atMost }) => [
        String(row),
        predictionText(prediction),
        verdict,
        ...(isNumber ? [atMost === null ? "–" : farthest(atMost, times)] : []),
      ]),
    ],
    { beside: ["", ...examples] },
  );
  const more = listed.length > SHOWN ? [`… and ${listed.length - SHOWN} more; --out writes all.`] : [];
  return [table, ...more].join("\n");
}

function radiusFacts(radii: readonly RowRadius[]): readonly (readonly [string, string])[] {
  if (radii.length === 0) return [];
  const sorted = radii.map(({ together }) => together).sort(byDistance);
  const held = radii.filter(({ together }) => together !== null && together >= 0.1).length;
  const at = (share: number) => distance(sorted[Math.floor(share * (sorted.length - 1))]);
  return [
    [
      "radius",
      `${at(0.5)} standard deviations for the middle row; ${at(0.1)} and ${at(0.9)} at a tenth and nine tenths\n` +
        `${percentBelow(held / radii.length)} of the rows are certified at 0.1`,
    ],
  ];
}

const farthest = (value: number, times: string) =>
  value === Number.POSITIVE_INFINITY ? "any" : `${times}${figureAbove(value)}`;

/** "none": not even the row itself is certified. */
const distance = (value: number | null) =>
  value === null ? "none" : value === Number.POSITIVE_INFINITY ? "any" : figureBelow(value);

const byDistance = (a: number | null, b: number | null) => (a === b ? 0 : (a ?? -1) - (b ?? -1));

/** The rows that hold least. */
function radiusTable(radii: readonly RowRadius[]): string {
  if (radii.length === 0) return "";
  const columns = Object.keys(radii[0].alone);
  const listed = [...radii].sort((a, b) => byDistance(a.together, b.together)).slice(0, SHOWN);
  const table = alignedTable([
    ["row", "all numbers, std", ...columns.map((name) => `${shortName(name)} alone`)],
    ...listed.map(({ row, together, alone }) => [
      String(row),
      distance(together),
      ...columns.map((name) => distance(alone[name])),
    ]),
  ]);
  const more =
    radii.length > SHOWN ? `\n… and ${radii.length - SHOWN} that hold for more; --out writes all.` : "";
  return `Each row's prediction is certified up to:\n${table}${more}`;
}

/** Whether what is predicted are quantiles, which are right where the true value lies among them. */
export const areQuantiles = (target: TabularModel["target"]): boolean =>
  target.task === "regression" && target.levels !== undefined;

function accuracyTable({ accuracy, tolerance }: Certification, { target }: TabularModel): string {
  const right =
    tolerance === null
      ? "right and certified"
      : `${areQuantiles(target) ? "among the quantiles or " : ""}within ${toleranceText(tolerance)} and certified`;
  return alignedTable([
    ["radius, std", "certified", right],
    ...accuracy.map(({ radius, certified, certifiedAndRight }) => [
      String(radius),
      percentBelow(certified),
      percentBelow(certifiedAndRight),
    ]),
  ]);
}
