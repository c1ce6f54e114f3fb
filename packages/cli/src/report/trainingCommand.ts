import { type Move, presets, type Schema, type TabularModel, type Target, targetNames } from "psilon";
import { networkKinds } from "psilon/engine";
import { levelList, quoted } from "../render/text.js";

/** Commands that train such a model again, one a line, and what decides the model but does not stand in its file. */
export interface TrainingCommand {
  readonly lines: readonly string[];
  readonly unknown: readonly string[];
}

type Value = string | number | undefined;

/** The commands with every option that the model's record tells. */
export function trainingCommand(model: TabularModel): TrainingCommand {
  const { record } = model;
  const train = [
    "psilon train <data>",
    ...targetOptions(model),
    ...networkOptions(model),
    ...option("learning-rate", record.control?.learningRate),
    ...option("patience", record.control?.patience),
    ...option("time-limit", record.control?.timeLimit?.seconds),
    ...objectiveOptions(model),
    ...columnOptions(model),
    ...rowOptions(model),
    ...option("seed", record.seed),
  ];
  const isAfter = isPrunedAfter(model);
  const pruning = pruningOptions(model, isAfter ? "sparsity" : "prune");
  return {
    lines: isAfter
      ? [train.join(" "), ["psilon prune model.safetensors <data>", ...pruning].join(" ")]
      : [[...train, ...pruning].join(" ")],
    unknown: unknownOf(model),
  };
}

/** Pruning a trained model takes its scores on held-out rows away, which training leaves unless it was stopped. */
const isPrunedAfter = ({ record }: TabularModel): boolean =>
  record.pruning !== null && record.validation === null && !record.interrupted;

const option = (name: string, ...values: readonly Value[]): string[] =>
  values.flatMap((value) => (value === undefined ? [] : [`--${name} ${quoted(String(value))}`]));

function targetOptions({ target, schema, record }: TabularModel): string[] {
  const { classWeights, labelSmoothing, validation } = record;
  const task = taskOption(target, schema);
  const names = option("target", ...targetNames(target));
  if (target.task === "regression") {
    const { loss, link, levels, interval } = target;
    return [
      ...[...names, ...task],
      // Counts are learned by logarithms as they are.
      ...(loss ? option("loss", loss) : option("target-scale", link ?? "value")),
      ...option("quantile", levels?.join(",")),
      ...option("interval", interval?.coverage),
    ];
  }
  const { rule, positive } = validation?.threshold ?? {};
  const chosen =
    typeof rule === "object"
      ? "recall" in rule
        ? `recall=${rule.recall}`
        : `cost=${rule.cost.join(":")}`
      : rule;
  return [
    ...[...names, ...task],
    ...option("class-weights", typeof classWeights === "object" ? pairs(classWeights) : classWeights),
    ...option("label-smoothing", labelSmoothing),
    ...option("threshold", chosen),
    ...option("positive", positive),
  ];
}

/** Two numbers pass for classes, and more of them do not, unless it was said. */
function taskOption(target: Target, { columns }: Schema): string[] {
  if (target.task === "classification") {
    const areNumbers = target.classes.every((name) => name.trim() !== "" && !Number.isNaN(Number(name)));
    return areNumbers && target.classes.length > 2 ? option("task", target.task) : [];
  }
  const isOfTwo = columns.some(
    (column) => column.role === "target" && column.kind === "numeric" && column.distinct === 2,
  );
  return isOfTwo ? option("task", target.task) : [];
}

/** What networks are, and sizes and paces that are not the preset's. */
function networkOptions({ record, target }: TabularModel): string[] {
  const { network, preset, width, depth, batchSize, epochs, lambdaGrid, parametrization } = record;
  const { shapes, pace } = presets[preset];
  const isPresets = shapes[target.task].some((shape) => shape.width === width && shape.depth === depth);
  const usual = [
    pace(record.rows, target.task).batchSize,
    ...shapes[target.task].map((shape) => shape.batchSize),
  ];
  const usualEpochs = pace(record.rows, target.task, batchSize).epochs;
  const hidden = networkKinds[network].hidden;
  // Training for certificates may come to plain weights by itself.
  const isOwn = parametrization.hidden === hidden || lambdaGrid.some(({ chosen, plain }) => chosen && plain);
  const rule = record.optimizer.find(({ kind }) => kind === "adam" || kind === "sgd");
  const decay = record.optimizer.find((part) => part.kind === "decoupled-decay");
  const name = rule && (decay ? `p${rule.kind}` : rule.kind);
  return [
    ...option("preset", preset),
    ...option("network", network === "net" ? undefined : network),
    ...option("lambda", new Set(lambdaGrid.map(({ lambda }) => lambda)).size > 1 ? undefined : record.lambda),
    ...(isPresets ? [] : [...option("width", width), ...option("depth", depth)]),
    ...option("epochs", epochs === usualEpochs ? undefined : epochs),
    ...option("batch-size", usual.includes(batchSize) ? undefined : batchSize),
    ...option("members", record.members),
    ...option("parametrization", isOwn ? undefined : parametrization.hidden),
    ...option("optimizer", name === "adam" ? undefined : name),
    ...option("p", decay?.p),
    ...option("decay", decay?.lambda),
  ];
}

const pruningOptions = ({ record: { pruning } }: TabularModel, share: "prune" | "sparsity"): string[] =>
  pruning
    ? [
        ...option(share, pruning.target ?? undefined),
        ...option("pruning", pruning.rule),
        ...option("scope", pruning.scope ?? undefined),
      ]
    : [];

function objectiveOptions({ record: { objective } }: TabularModel): string[] {
  if (!objective) return [];
  const { radius, move, tolerance } = objective;
  return [
    ...option("objective", "certified"),
    ...option("radius", radius),
    ...option("move", ...Object.entries(move ?? {}).map(([name, how]) => `${name}=${moveText(how)}`)),
    ...option("tolerance", tolerance),
  ];
}

function moveText(move: Move): string {
  if (move === "any") return move;
  const sign = move.only === "up" ? "+" : move.only === "down" ? "-" : "";
  return sign + ("by" in move ? move.by : `${move.percent}%`);
}

/** What columns are as far as only whoever trained can have said it; any name may stand before the last equals sign of --column. */
function columnOptions({ schema, record: { encode, monotone, control } }: TabularModel): string[] {
  const split = control?.groups ?? control?.timeColumn;
  const declared = schema.columns.flatMap(({ name, role, reason, kind }) => {
    if (name === split) return role === "feature" ? [`${name}=${kind}`] : [];
    return reason === IGNORED ? [`${name}=ignore`] : [];
  });
  const ordered = schema.columns.flatMap((column) =>
    column.kind === "ordered" && column.role === "feature"
      ? [`${column.name}=${levelList(column.levels).replaceAll(" < ", "<")}`]
      : [],
  );
  return [
    ...option("column", ...declared),
    ...option("ordered", ...ordered),
    ...option("encode", typeof encode === "object" ? pairs(encode) : encode),
    ...option("monotone", monotone && pairs(monotone)),
  ];
}

/** The reason of a schema's column that was left out since somebody said so. */
const IGNORED = "it was asked to be ignored";

/** The share of the rows that are set aside where nothing is said. */
const HOLDOUT = { usual: 0.2, within: 0.02 };

function rowOptions(model: TabularModel): string[] {
  const { schema, record } = model;
  return [
    ...option("holdout", holdoutOf(model)),
    ...option("missing", schema.missing?.join(",")),
    ...option("groups", record.control?.groups),
    ...option("time-column", record.control?.timeColumn),
  ];
}

/** The share of rows that were set aside where it can be told and is not the usual one. */
function holdoutOf(model: TabularModel): number | undefined {
  const { schema, record } = model;
  if (presets[record.preset].selection.kind === "holdout" || record.interrupted || isPrunedAfter(model))
    return undefined;
  const share = 1 - record.rows / schema.rows.used;
  return Math.abs(share - HOLDOUT.usual) <= HOLDOUT.within ? undefined : Number(share.toPrecision(3));
}

/** What decides the model and is not in its file. */
function unknownOf(model: TabularModel): string[] {
  const { record, schema, target } = model;
  const { threshold = undefined } = target.task === "classification" ? target : {};
  const holdout = holdoutOf(model);
  const isIgnored = schema.columns.some(({ reason }) => reason === IGNORED);
  return [
    "the table learned from: neither its name nor its hash, how its file was read (--encoding, --skip, --no-header), and whether rows of it were drawn (--sample)",
    "declared kinds of columns (--column), beside those in the line: what each was taken for, the section “Data and columns” says",
    ...(isIgnored
      ? ["whether rows had weights: a column to ignore in the line may have been that of --sample-weights"]
      : []),
    ...(holdout === undefined
      ? []
      : [
          holdout === 0
            ? "whether a table of its own was tested on (--test): none of these rows were set aside"
            : "how many rows were to be set aside: the share in the line is that of those that were, and may be rounded",
        ]),
    "a size, a pace or a --backend that was named and is what the preset or the machine takes anyhow",
    ...(isPrunedAfter(model)
      ? [
          "how the network was trained before psilon prune: whether it was pruned then too, by what a threshold was chosen, and whether there were intervals, which pruning takes away; epochs, when not the preset's, are those of training",
          `the seed, the epochs and the weights that pruning was given, and its rows but for how many: ${record.rows}`,
        ]
      : []),
    ...(threshold && !record.validation?.threshold && !isPrunedAfter(model)
      ? ["by what rule the threshold was chosen"]
      : []),
    ...(record.control?.timeLimit
      ? ["how fast the machine was, which decided what the time sufficed for"]
      : []),
    ...(record.interrupted ? ["when training was stopped, before its end: no line stops there"] : []),
  ];
}

const pairs = (said: Readonly<Record<string, string | number>>) =>
  Object.entries(said)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
