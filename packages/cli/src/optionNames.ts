/** An option as the command line spells it: `learningRate` as `learning-rate`. */
export const spelled = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The inverse: an option as the library calls it. */
export const unspelled = (option: string): string =>
  option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The values of options as JSON, by their names. */
export type GivenOptions = Readonly<Record<string, string>>;

/** What does not change what is trained. */
const FREE = new Set(["checkpoint", "resume", "out", "threads", "json", "charts", "runs", "record", "redis"]);

/** The options that bear on what is trained, as Commander hands them over. */
export function optionsIn(flags: object): GivenOptions {
  const bound = Object.entries(flags).filter(([name, value]) => !FREE.has(name) && value !== undefined);
  return Object.fromEntries(bound.map(([name, value]) => [`--${spelled(name)}`, JSON.stringify(value)]));
}
