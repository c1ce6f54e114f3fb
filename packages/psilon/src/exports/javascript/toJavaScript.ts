import { trueOrFalse } from "../../arguments.js";
import { checkModel, type TabularModel } from "../../models/tabularModel.js";
import { checkGiven } from "../../names.js";
import { type ExportPlan, exportPlan, outputsOf } from "../plan.js";
import { answerCode } from "./answers.js";
import { boundsCode } from "./bounds.js";
import { readerCode } from "./cells.js";
import { declarationsOf } from "./declarations.js";
import { quoted } from "./literals.js";
import { loopedNetworks } from "./looped.js";
import { unrolledNetworks } from "./unrolled.js";

/** What is to stand in the module beside predictions. */
export interface JavaScriptOptions {
  /** Whether it says as well what each column can do at most: `bounds`. Default false. */
  readonly certify?: boolean | undefined;
}

/** A program's text and its types. */
export interface JavaScriptModule {
  /** One ES module, which imports nothing. */
  readonly module: string;
  /** Its declarations for TypeScript, to be put beside it as `.d.ts`. */
  readonly types: string;
}

/** Up to so many weights a network is written out, which is several times as fast; beyond, the text would be longer than it is worth. */
const FEW = 1000;

/**
 * The model as one JavaScript module for Node, browsers and workers: `predict(row)` takes the table's cells as they are and answers in the target's
 * units, or by a class and the probabilities of all of them, as `predictTable` does within 1e-5 of what it says; `predictRows(rows)` many. A cell that does
 * not fit is an error, a sentence that says what stands where. Weights that are 0 are not in it, and columns that none reads are not asked for.
 */
export function toJavaScript(model: TabularModel, options: JavaScriptOptions = {}): JavaScriptModule {
  checkModel(model);
  checkGiven(options, { certify: trueOrFalse });
  const plan = exportPlan(model);
  const certified = options.certify ? model : undefined;
  return { module: moduleText(plan, networksOf(plan), certified), types: declarationsOf(plan, certified) };
}

/** Whichever way is shorter to predict by. */
function networksOf(plan: ExportPlan): string {
  const weights = plan.members.flatMap(({ layers }) => layers.map(({ weight }) => weight));
  const some = weights.reduce((sum, all) => sum + all.filter((value) => value !== 0).length, 0);
  return (some <= FEW ? unrolledNetworks : loopedNetworks)(plan);
}

/** `certified`: the model whose bounds stand in it as well. */
export function moduleText(plan: ExportPlan, networks: string, certified?: TabularModel): string {
  const outputs = outputsOf(plan.members);
  const mean = plan.members.length === 1 ? "" : ` / ${plan.members.length}`;
  return `${header(plan)}

${readerCode(plan)}

const outputs = new Float64Array(${outputs});

${networks}

${answerCode(plan)}

/** What the model predicts for a row, an object of cells by the names of their columns. Throws an Error whose message is a sentence for cells that do not fit. */
export function predict(row) {
  if (typeof row !== "object" || row === null) throw new Error(\`\${theRow()} is no object of cells by the names of their columns.\`);
  read(row);
  outputs.fill(0);
  addOutputs();
  for (let k = 0; k < ${outputs}; k++) {
    outputs[k] = Math.fround(outputs[k]${mean});
    if (!Number.isFinite(outputs[k])) throw new Error(\`\${theRow()} has no prediction: on the way to it numbers exceed 3.4e38, the largest of float32.\`);
  }
  return answer();
}

/** The same for many rows, in order; sentences number them from 1. */
export function predictRows(rows) {
  const predictions = [];
  try {
    for (const row of rows) {
      rowNumber++;
      predictions.push(predict(row));
    }
  } finally {
    rowNumber = 0;
  }
  return predictions;
}
${certified ? `\n${boundsCode(certified)}\n` : ""}`;
}

function header({ columns, unread }: ExportPlan): string {
  const readings = columns.flatMap(({ name, reading, holds }) =>
    reading === undefined
      ? []
      : [
          `// Column ${quoted(name)} was ${escaped(reading)} from texts: here it takes ${holds === "dates" ? "a Date, or an ISO text such as 2024-12-31T23:59Z" : "numbers, or texts that are plain numbers"}.`,
        ],
  );
  return [
    "// A model of psilon, which predicts from the rows of a table; this module needs nothing else.",
    `// It reads ${columns.length === 0 ? "no column" : columns.map(({ name }) => quoted(name)).join(", ")}.`,
    ...(unread.length === 0 ? [] : [`// No weight reads ${unread.map(quoted).join(", ")}.`]),
    ...readings,
  ].join("\n");
}

/** Without its quotes; a reading may hold any unit that a table's author wrote. */
const escaped = (text: string): string => quoted(text).slice(1, -1);
