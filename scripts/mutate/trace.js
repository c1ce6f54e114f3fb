// In the process of the tests: which functions each test enters, when the sources have been marked to say so.
import { afterEach, beforeEach } from "vitest";

globalThis.entered = new Set();

/** Gives the functions entered since the last time to a test, or to its whole file. */
function hand(meta) {
  if (globalThis.entered.size === 0) return;
  meta.units = [...new Set([...(meta.units ?? []), ...globalThis.entered])];
  globalThis.entered.clear();
}

// What was entered between two tests, by imports, suites and hooks, belongs to all tests of the file.
beforeEach(({ task }) => hand(task.file.meta));
afterEach(({ task }) => hand(task.meta));
