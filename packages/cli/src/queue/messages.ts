import { InputError, type Summary } from "psilon";
import { checkValuesOf, sweepSettings } from "../sweeps/space.js";
import type { Settings, Trial, TrialOutcome } from "../sweeps/trial.js";
import { version } from "../version.js";
import { fieldsOf, listIn, refuse, textIn, wholeIn } from "./untrusted.js";

/** Which packed study a trial belongs to. */
export interface StudyReference {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string;
  readonly bytes: number;
}

/** What a queue carries to a worker: plain data, nothing of which is run or opened. */
export interface TrialMessage {
  /** Psilon's: another one may train otherwise. */
  readonly version: string;
  readonly sweep: string;
  readonly study: StudyReference;
  readonly number: number;
  readonly settings: Settings;
}

/** What is accepted at most. */
const LIMITS = {
  number: 1e9,
  settings: 64,
  text: 64,
  splits: 100_000,
  reason: 10_000,
  metrics: 1000,
} as const;

const ID = /^[0-9a-z]{1,64}$/;

export function trialMessage(
  sweep: string,
  study: StudyReference,
  { number, settings }: Trial,
): TrialMessage {
  return { version, sweep, study, number, settings };
}

/** Throws InputError for what is no message, asks for what is none of a worker's business, or is of another version (`unsupported-version`). */
export function readTrialMessage(value: unknown, mostBytes: number): TrialMessage {
  const SOURCE = "message of a trial";
  checkVersion(value);
  const message = fieldsOf(SOURCE, "content", value, ["version", "sweep", "study", "number", "settings"]);
  if (message.version !== version) refuse(SOURCE, "its version is none of psilon");
  const study = fieldsOf(SOURCE, "study", message.study, ["hash", "bytes"]);
  const hash = textIn(SOURCE, "study's hash", study.hash, 64);
  if (!/^[0-9a-f]{64}$/.test(hash)) refuse(SOURCE, "its study's hash is no SHA-256");
  const sweep = textIn(SOURCE, "sweep", message.sweep, 64);
  if (!ID.test(sweep)) refuse(SOURCE, "its sweep's id has other characters than 0-9 and a-z");
  return {
    version,
    sweep,
    study: { hash, bytes: wholeIn(SOURCE, "study's size", study.bytes, 1, mostBytes) },
    number: wholeIn(SOURCE, "number", message.number, 0, LIMITS.number),
    settings: settingsIn(SOURCE, message.settings),
  };
}

/** First of all: what another version writes may have other fields. */
function checkVersion(value: unknown): void {
  const { version: other } = Object(value) as { readonly version?: unknown };
  if (
    typeof other !== "string" ||
    other === version ||
    !/^\d{1,9}\.\d{1,9}\.\d{1,9}[\w.+-]{0,40}$/.test(other)
  )
    return;
  throw new InputError({
    code: "unsupported-version",
    found: `The trial is of psilon ${other}, and this worker is of ${version}`,
    remedy: "run the same version everywhere",
  });
}

/** Settings that a sweep can vary, each with a value that it takes beside some other. */
function settingsIn(source: string, value: unknown): Settings {
  const given = Object.entries(fieldsOf(source, "settings", value, [], sweepSettings));
  const settings = Object.fromEntries(
    given.map(([name, one]): [string, string | number] => [
      name,
      typeof one === "number" && Number.isFinite(one)
        ? one
        : textIn(source, `setting "${name}"`, one, LIMITS.text),
    ]),
  );
  checkValuesOf(Object.fromEntries(Object.entries(settings).map(([name, one]) => [name, [one]])));
  return settings;
}

/** Numbers that JSON has not. */
const UNWRITTEN: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** An outcome as plain JSON, from which `readOutcome` reads the same, to the bit. */
export function writeOutcome(outcome: TrialOutcome): object {
  return JSON.parse(
    JSON.stringify(outcome, (_, value) =>
      typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
        ? Object.is(value, -0)
          ? "-0"
          : String(value)
        : value,
    ),
  ) as object;
}

/** Throws InputError for what is no outcome of a trial. */
export function readOutcome(value: unknown): TrialOutcome {
  const SOURCE = "result of a worker";
  const { status } = fieldsOf(
    SOURCE,
    "content",
    value,
    ["status"],
    ["metrics", "linear", "lambdas", "seconds", "reason"],
  );
  if (status === "failed") {
    const { reason } = fieldsOf(SOURCE, "content", value, ["status", "reason"]);
    return { status, reason: textIn(SOURCE, "reason", reason, LIMITS.reason) };
  }
  if (status !== "done") refuse(SOURCE, 'its status is neither "done" nor "failed"');
  const done = fieldsOf(SOURCE, "content", value, ["status", "metrics", "linear", "lambdas", "seconds"]);
  const seconds = numberIn(SOURCE, done.seconds);
  if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY))
    refuse(SOURCE, "its seconds are no finite number of at least 0");
  return {
    status,
    metrics: summariesIn(SOURCE, "metrics", done.metrics),
    linear: summariesIn(SOURCE, "linear model's metrics", done.linear),
    lambdas: listIn(SOURCE, "list of λ", done.lambdas, LIMITS.splits).map((λ) => numberIn(SOURCE, λ)),
    seconds,
  };
}

function summariesIn(source: string, what: string, value: unknown): Readonly<Record<string, Summary | null>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(source, `its ${what} are no object`);
  const entries = Object.entries(value);
  if (entries.length > LIMITS.metrics) refuse(source, `its ${what} are more than ${LIMITS.metrics}`);
  return Object.fromEntries(
    entries.map(([name, one]): [string, Summary | null] => {
      if (!/^[A-Za-z0-9²][\w .²%-]{0,63}$/.test(name))
        refuse(source, `its ${what} have a name that no metric has`);
      if (one === null) return [name, null];
      const summary = fieldsOf(source, "metric", one, ["mean", "stderr", "perSplit"]);
      return [
        name,
        {
          mean: numberIn(source, summary.mean),
          stderr: summary.stderr === null ? null : numberIn(source, summary.stderr),
          perSplit: listIn(source, "list of a metric", summary.perSplit, LIMITS.splits).map((x) =>
            numberIn(source, x),
          ),
        },
      ];
    }),
  );
}

function numberIn(source: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && Object.hasOwn(UNWRITTEN, value)) return UNWRITTEN[value];
  refuse(source, "it has something else where a number should be");
}

/** How begins what a worker gives a trial back with that it cannot run for want of what another one may have. */
export const LACK = "No worker could run it: ";

/** What a worker fails a trial with whose study is not on the server any more; its sweep puts it there again. */
export const NO_STUDY = "The study of this trial is not on the server any more.";
