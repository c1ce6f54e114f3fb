/** By which name what was done is recorded, if it is. */
export const runFacts = (run: string | undefined): [string, string][] =>
  run === undefined ? [] : [["run", run]];
