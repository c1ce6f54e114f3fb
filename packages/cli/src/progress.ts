import { SingleBar } from "cli-progress";
import type { Io } from "./io.js";
import { thousands } from "./render/text.js";

/** What a long command shows on stderr while it works. */
export interface ProgressDisplay {
  /** `done` of `total` things of work; fractions count. `found`: what has come of it so far, which is no new beginning. */
  update(label: string, done: number, total: number, found?: string): void;
  /** How far reading a table has come, from 0 to 1; shown on a terminal alone. */
  reading(share: number): void;
  stop(): void;
}

/** A bar with rate and time left where stderr is a terminal; else a line when a new label begins, and when something else is found. */
export function createProgress(
  { terminal }: Pick<Io, "terminal">,
  things: "networks" | "rows" | "trials" = "networks",
): ProgressDisplay {
  return terminal.isTTY ? bar(terminal, things) : lines(terminal);
}

function lines(stderr: Io["terminal"]): ProgressDisplay {
  let shown = "";
  return {
    update(label, _done, _total, found) {
      const line = labelled(label, found);
      if (line !== shown) stderr.write(`${line}\n`);
      shown = line;
    },
    reading() {},
    stop() {},
  };
}

const labelled = (label: string, found: string | undefined) =>
  found === undefined ? label : `${label}, ${found}`;

function bar(stderr: Io["terminal"], things: string): ProgressDisplay {
  let started = performance.now();
  let stage = "";
  let steady = createSteady();
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
      const now = performance.now();
      if (label !== stage) {
        [stage, started, steady] = [label, now, createSteady()];
      }
      const seconds = (now - started) / 1000;
      const { rate, left } = pace(done, total, seconds, things);
      const isSteady = steady(seconds, (seconds * total) / done);
      show(done, total, { label: labelled(label, found), rate, left: isSteady ? left : "" });
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
