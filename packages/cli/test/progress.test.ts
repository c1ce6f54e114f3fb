import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createProgress, pace } from "../src/progress.js";

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
});
