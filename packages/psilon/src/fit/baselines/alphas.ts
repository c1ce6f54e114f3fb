/** The strengths α tried for ridge and logistic regression, strongest first: 100 down to 1e-6, two per decade. */
export const ALPHAS: readonly number[] = Array.from({ length: 17 }, (_, i) =>
  i % 2 === 0 ? Number(`1e${2 - i / 2}`) : Number(`1e${2 - (i + 1) / 2}`) * Math.sqrt(10),
);
