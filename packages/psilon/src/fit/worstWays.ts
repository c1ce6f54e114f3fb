import type { Candidate, Way } from "./candidate.js";
import type { LayerKinds } from "./layerKinds.js";

/** Over which share of the steps boxes grow, and what is tried next to the best of the ways. */
const RAMP = 0.5;
export const OTHER_RAMPS = [0.25, 0.75];

/**
 * The ways to train on the worst case (mathematics, section 12): by interval bounds with shares of the rows as they are and with each λ,
 * with the network's own weights and with plain ones where these may take their place, and by margins in closed form where the network
 * has them, with the first λ.
 */
export function worstWays(
  lambdas: readonly number[],
  { hidden, output }: LayerKinds,
  mayBePlain: boolean,
): Way[] {
  const intervals = lambdas.flatMap((lambda) =>
    [0, 0.25, 0.5].flatMap((share): Way[] => {
      const worst = { method: "interval", share, ramp: RAMP } as const;
      return [{ lambda, worst }, ...(mayBePlain ? [{ lambda, worst, plain: true } as const] : [])];
    }),
  );
  const hasMargins = hidden === "l1-shared" && output === "l1-row";
  const margin = { lambda: lambdas[0], worst: { method: "margin", ramp: RAMP } } as const;
  return hasMargins ? [...intervals, margin] : intervals;
}

/** The same candidate with boxes that grow faster and slower; nothing for one that is not trained on them. */
export function withOtherRamps(candidate: Candidate): Candidate[] {
  const { worst } = candidate;
  return worst ? OTHER_RAMPS.map((ramp) => ({ ...candidate, worst: { ...worst, ramp } })) : [];
}
