import { unspelled } from "../optionNames.js";
import { frontOf } from "../sweeps/front.js";
import { type Objective, objectiveOf } from "../sweeps/objective.js";
import { spaceIn } from "../sweeps/readSpace.js";
import type { TriedTrial } from "../sweeps/sweep.js";
import type { Settings } from "../sweeps/trial.js";
import { settingsOfRun } from "./figures.js";
import { outcomesOf } from "./outcomes.js";
import type { StoredRun } from "./storedRuns.js";

const searchedBy = ({ objectives }: StoredRun): Objective[] =>
  objectives.map(({ metric, ...direction }) => objectiveOf(metric, direction));

/** The parts of a run that have a figure of what they are told the best by, the best first; of two objectives those on the front. */
export function bestParts(run: StoredRun, parts: readonly StoredRun[]): readonly StoredRun[] {
  const objectives = searchedBy(run);
  const outcomes = outcomesOf(parts);
  if (objectives.length > 1) {
    const byNumber = new Map(parts.map((part) => [part.number, part]));
    return frontOf(outcomes, objectives).flatMap((number) => byNumber.get(number) ?? []);
  }
  const costed = parts.flatMap((part) =>
    objectives.flatMap(({ cost }) => {
      const outcome = outcomes.get(part.number ?? 0);
      const own = outcome ? cost(outcome) : null;
      return own === null ? [] : [{ part, own }];
    }),
  );
  // What costs the same stays in the order of its numbers.
  return costed.sort((a, b) => a.own - b.own).map(({ part }) => part);
}

/** A sweep with its trials, as it was searched. */
export function searchedSweep(sweep: StoredRun, trials: readonly StoredRun[]) {
  const outcomes = outcomesOf(trials);
  const objectives = searchedBy(sweep);
  return {
    data: sweep.data,
    target: [sweep.target],
    // Of what is no class nobody counts which are right.
    task: trials.some(({ metrics }) => metrics.some(({ metric }) => metric === "accuracy"))
      ? ("classification" as const)
      : ("regression" as const),
    objectives,
    space: spaceIn(String(settingsOfRun(sweep).get("space"))),
    front: frontOf(outcomes, objectives),
    tried: trials.flatMap(({ number, settings }): TriedTrial[] => {
      const outcome = outcomes.get(number ?? 0);
      return number === null || !outcome ? [] : [{ number, settings: settingsIn(settings), outcome }];
    }),
  };
}

/** What a trial was given, by the library's names; all else was found or is common to all. */
const settingsIn = (settings: StoredRun["settings"]): Settings =>
  Object.fromEntries(
    settings.flatMap(({ name, given }) =>
      typeof given === "number" || typeof given === "string" ? [[unspelled(name), given]] : [],
    ),
  );
