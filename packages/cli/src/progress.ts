import { SingleBar } from "cli-progress";
import type { Io } from "./io.js";
import { thousands } from "./render/text.js";

/** What a long command shows on stderr while it works. */
export interface ProgressDisplay {
  /** `done` of `total` things of work; fractions count. */
  update(label: string, done: number, total: number): void;
  /** How far reading a table has come, from 0 to 1; shown on a terminal alone. */
  reading(share: number): void;
  stop(): void;
}

/** A bar with rate and time left where stderr is a terminal; else a line when a new label begins. */
export function createProgress(
  { terminal }: Pick<Io, "terminal">,
  things: "networks" | "rows" = "networks",
): ProgressDisplay {
  return terminal.isTTY ? bar(terminal, things) : lines(terminal);
}

function lines(stderr: Io["terminal"]): ProgressDisplay {
  let shown = "";
  return {
    update(label) {
      if (label !== shown) stderr.write(`${label}\n`);
      shown = label;
    },
    reading() {},
    stop() {},
  };
}

function bar(stderr: Io["terminal"], things: string): ProgressDisplay {
  const started = performance.now();
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
    update: (label, done, total) =>
      show(done, total, { label, ...pace(done, total, (performance.now() - started) / 1000, things) }),
    reading: (share) => show(share, 1, { label: "Reading", rate: "", left: "" }),
    stop() {
      if (running) display.stop();
      running = false;
    },
  };
}

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
  const left = Math.ceil((total - done) / perSecond);
  return { rate, left: left >= 90 ? `${Math.ceil(left / 60)} min left` : `${left} s left` };
}
