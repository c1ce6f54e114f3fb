import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { createProgress, createSteady, pace } from "../src/progress.js";

function recorder(isTTY: boolean) {
  let text = "";
  const terminal = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    }),
    { isTTY, columns: 120, cursorTo() {}, clearLine() {}, moveCursor() {} },
  );
  return { io: { terminal }, text: () => text };
}

describe("progress", () => {
  it("is one line per stage where nobody watches", () => {
    const { io, text } = recorder(false);
    const progress = createProgress(io);
    for (const done of [0, 0.5, 1]) progress.update("Searching λ", done, 3);
    for (const done of [2, 3]) progress.update("Training the model", done, 3);
    progress.stop();
    expect(text()).toBe("Searching λ\nTraining the model\n");
  });

  it("has another line where nobody watches at a better one and at each tenth, and no new beginning on a terminal", () => {
    const { io, text } = recorder(false);
    const progress = createProgress(io, "trials");
    progress.update("Trials", 0.5, 50, { ended: 0 });
    for (let ended = 1; ended <= 50; ended++) {
      const best = ended < 3 ? 0 : 7;
      progress.update("Trials", ended, 50, { ended, told: `best ${best}`, best });
    }
    const tenths = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map((n) => `Trials, ${n} of 50, best 7\n`);
    expect(text()).toBe(
      ["Trials, 0 of 50\nTrials, 1 of 50, best 0\nTrials, 3 of 50, best 7\n", ...tenths].join(""),
    );
    const watched = recorder(true);
    const bar = createProgress(watched.io, "trials");
    bar.update("Trials", 1, 4, { ended: 1, told: "best 3" });
    bar.update("Trials", 2, 4, { ended: 2, told: "best 2" });
    bar.stop();
    expect(watched.text()).toMatch(/Trials, best 2 \[=+ +\] 50 % +[\d.,]+ trials\/s/);
  });

  it("tells the time left where nobody watches, once it has been steady", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const { io, text } = recorder(false);
      const progress = createProgress(io, "trials");
      for (let ended = 0; ended <= 10; ended++) {
        progress.update("Trials", ended, 10, { ended });
        vi.advanceTimersByTime(1000);
      }
      const lines = text().split("\n");
      expect([lines[1], lines[8], lines[10]]).toEqual([
        "Trials, 1 of 10",
        "Trials, 8 of 10, 2 s left",
        "Trials, 10 of 10",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is a bar with its share on a terminal", () => {
    const { io, text } = recorder(true);
    const progress = createProgress(io);
    progress.update("Searching λ", 1, 4);
    progress.stop();
    expect(text()).toMatch(/Searching λ \[=+ +\] 25 %/);
  });

  it("tells rate and time left", () => {
    expect(pace(3, 12, 1.5)).toEqual({ rate: "2.0 networks/s", left: "5 s left" });
    expect(pace(1.5, 12, 30)).toEqual({ rate: "3.0 networks/min", left: "4 min left" });
    expect(pace(2_000_000, 3_000_000, 8, "rows")).toEqual({ rate: "250,000 rows/s", left: "4 s left" });
    expect(pace(0, 12, 1.5)).toEqual({ rate: "", left: "" });
  });

  it("does not tell the time left before a tenth is done", () => {
    expect(pace(1, 12, 200)).toEqual({ rate: "0.3 networks/min", left: "" });
    expect(pace(1.5, 12, 200).left).toBe("24 min left");
  });

  it("does not tell the time left while estimates of it still change", () => {
    const steady = createSteady();
    // Something that takes two seconds to begin, and then ten.
    const told = Array.from({ length: 100 }, (_, i) => 0.12 * (i + 1)).map((seconds) => {
      const done = Math.max(0, seconds - 2) / 10;
      return steady(seconds, seconds / done) ? seconds / done : null;
    });
    const first = told.findIndex((estimate) => estimate !== null);
    expect(first).toBeGreaterThan(30);
    expect(first).toBeLessThan(70);
    for (const estimate of told) expect(Math.abs((estimate ?? 12) - 12)).toBeLessThan(10);
    // A rate that changes for good is told anew once it has been steady.
    expect([steady(20, 60), steady(21, 61), steady(21.9, 60), steady(22, 60)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
