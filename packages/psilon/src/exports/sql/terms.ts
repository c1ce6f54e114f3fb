/** The number as its shortest digits, with an exponent, so that no dialect takes it for a decimal of fixed digits. */
export function digits(number: number): string {
  const text = String(number);
  return text.includes("e") ? text.replace("e+", "e") : `${text}e0`;
}

/** The digits of a number behind a minus sign: two signs in a row begin a comment. */
export const signed = (number: number): string => (number < 0 ? `(${digits(number)})` : digits(number));

/** A float32 number as the fewest digits that read as it again. */
export function digits32(number: number): string {
  for (let count = 1; count < 9; count++) {
    const near = Number(number.toPrecision(count));
    if (Math.fround(near) === number) return digits(near);
  }
  return digits(Number(number.toPrecision(9)));
}

/** All of the terms in parentheses that are no deeper than need be: how deep an expression may be is limited. */
export function balanced(terms: readonly string[], join: (left: string, right: string) => string): string {
  if (terms.length === 1) return terms[0];
  const middle = terms.length >> 1;
  return join(balanced(terms.slice(0, middle), join), balanced(terms.slice(middle), join));
}

export const sumOf = (terms: readonly string[]): string => balanced(terms, (a, b) => `(${a} + ${b})`);

export const allOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? "1 = 1" : balanced(conditions, (a, b) => `(${a} AND ${b})`);
