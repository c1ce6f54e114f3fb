// Looks at plain data of which nothing is known yet: files come from anyone.

export type Test = (value: unknown) => boolean;

export const isObject: Test = (value) => typeof value === "object" && value !== null;
export const isText: Test = (value) => typeof value === "string";
export const isFlag: Test = (value) => typeof value === "boolean";
export const isNumber: Test = (value) => Number.isFinite(value);
export const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isListOf =
  (isGood: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(isGood);
/** Whatever the names of its values. */
export const isRecordOf =
  (isGood: Test): Test =>
  (value) =>
    isObject(value) && Object.values(value as object).every(isGood);
/** Names that stand for one thing each. */
export const areNames: Test = (value) =>
  isListOf(isText)(value) && new Set(value as string[]).size === (value as string[]).length;
export const isPart =
  <T>(tests: { readonly [name in keyof T]: Test }): Test =>
  (value) =>
    isObject(value) &&
    Object.entries<Test>(tests).every(([name, isGood]) => isGood((value as Record<string, unknown>)[name]));
export const isNullOr =
  (isGood: Test): Test =>
  (value) =>
    value === null || isGood(value);

/** What files written before it came have not. */
export const isOptional =
  (isGood: Test): Test =>
  (value) =>
    value === undefined || isGood(value);

export const is =
  (expected: string | boolean): Test =>
  (value) =>
    value === expected;
