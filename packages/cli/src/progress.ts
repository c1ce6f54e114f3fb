import { SingleBar } from "cli-progress";
import type { Io } from "./io.js";
import { thousands } from "./render/text.js";

/** What a long command shows on stderr while it works. */
export interface ProgressDisplay {
  /** `done` of `total` things of work; fractions count. */
  update(label: string, done: number, total: number, found?: Found): void;
  /** How far reading a table has come, from 0 to 1; shown on a terminal alone. */
  reading(share: number): void;
  stop(): void;
}

/** What has come of the work so far, which is no new beginning. */
export interface Found {
  /** Things that are done wholly. */
  readonly ended: number;
  readonly told?: string | undefined;
  /** The number of the best; a better one is told at once. */
  readonly best?: number | undefined;
}

/**
 * A bar with rate and time left where stderr is a terminal; else a line when a new label begins, and where it is told what is found, at each better one and each tenth of the
 * work.
 */
export function createProgress(
  { terminal }: Pick<Io, "terminal">,
  things: "networks" | "rows" | "trials" = "networks",
): ProgressDisplay {
  return terminal.isTTY ? bar(terminal, things) : lines(terminal, things);
}

function lines(stderr: Io["terminal"], things: string): ProgressDisplay {
  let shown = "";
  const stages = createStages();
  return {
    update(label, done, total, found) {
      const { left } = stages(label, done, total, things);
      const reached = found && Math.floor((TENTHS * found.ended) / total);
      const state = JSON.stringify([label, reached, found?.best]);
      if (state === shown) return;
      shown = state;
      const parts = found
        ? [label, `${found.ended} of ${total}`, found.ended < total ? left : "", found.told ?? ""]
        : [label];
      stderr.write(`${parts.filter((part) => part !== "").join(", ")}\n`);
    },
    reading() {},
    stop() {},
  };
}

const TENTHS = 10;

/** The rate, and where it has been steady the time left, of what is under way, which begins with its label. */
function createStages() {
  let started = performance.now();
  let stage = "";
  let steady = createSteady();
  return (label: string, done: number, total: number, things: string) => {
    const now = performance.now();
    if (label !== stage) [stage, started, steady] = [label, now, createSteady()];
    const seconds = (now - started) / 1000;
    const { rate, left } = pace(done, total, seconds, things);
    const isSteady = steady(seconds, (seconds * total) / done);
    return { rate, left: isSteady ? left : "" };
  };
}

function bar(stderr: Io["terminal"], things: string): ProgressDisplay {
  const stages = createStages();
  const display = new SingleBar({
    stream: stderr as NodeJS.WriteStream,
    format: "{label} [{bar}] {percentage} %  {rate}  {left}",
    barCompleteChar: "=",
    barIncompleteChar: " ",
    hideCursor: true,
    clearOnComplete: true,
    // It would take Ctrl-C for itself.
    gracefulExit: false,
  });
  let running = false;
  const show = (done: number, total: number, payload: object) => {
    if (!running) display.start(total, 0, payload);
    running = true;
    display.setTotal(total);
    display.update(done, payload);
  };
  return {
    update(label, done, total, found) {
      const shown = found?.told === undefined ? label : `${label}, ${found.told}`;
      show(done, total, { label: shown, ...stages(label, done, total, things) });
    },
    reading: (share) => show(share, 1, { label: "Reading", rate: "", left: "" }),
    stop() {
      if (running) display.stop();
      running = false;
    },
  };
}

/** Seconds for which it must have been alike, and by what factor, before it is told how long something takes. */
const STEADY = { seconds: 2, factor: 1.5 };

/**
 * To be asked whenever the whole time that a stage will take, in seconds, is estimated anew: whether all estimates of the last two seconds were alike. What has just
 * begun seems to take far longer, or shorter, than it does.
 */
export function createSteady(): (seconds: number, estimate: number) => boolean {
  let since = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  return (seconds, estimate) => {
    [least, most] = [Math.min(least, estimate), Math.max(most, estimate)];
    if (!(most <= STEADY.factor * least)) [since, least, most] = [seconds, estimate, estimate];
    return seconds - since >= STEADY.seconds && Number.isFinite(estimate);
  };
}

/** The share that must be done before the time left is told. */
const TOLD = 0.1;

/** The rate so far and, at that rate, the time left. */
export function pace(
  done: number,
  total: number,
  seconds: number,
  things = "networks",
): { readonly rate: string; readonly left: string } {
  if (!(done > 0 && seconds > 0)) return { rate: "", left: "" };
  const perSecond = done / seconds;
  const rate =
    perSecond >= 1000
      ? `${thousands(Math.round(perSecond))} ${things}/s`
      : perSecond >= 1
        ? `${perSecond.toFixed(1)} ${things}/s`
        : `${(60 * perSecond).toFixed(1)} ${things}/min`;
  if (done < TOLD * total) return { rate, left: "" };
  const left = Math.ceil((total - done) / perSecond);
  return { rate, left: left >= 90 ? `${Math.ceil(left / 60)} min left` : `${left} s left` };
}
