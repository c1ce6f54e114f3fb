import { SingleBar } from "cli-progress";

/** A bar on a terminal, without colours; nothing elsewhere. */
export function createProgress(stream) {
  const bar = new SingleBar({
    stream,
    format: "{label} [{bar}] {percentage} %  {figure}  {eta_formatted} left",
    barCompleteChar: "=",
    barIncompleteChar: " ",
    hideCursor: true,
    clearOnComplete: true,
    // It would take Ctrl-C for itself.
    gracefulExit: false,
  });
  let label = null;
  return {
    /** `done` of `total` steps of what the label names. */
    update(now, done, total, figure = "") {
      if (!stream.isTTY) return;
      if (now !== label) {
        bar.stop();
        bar.start(total, done, { label: now, figure });
        label = now;
      }
      bar.update(done, { label, figure });
    },
    stop() {
      bar.stop();
      label = null;
    },
  };
}
