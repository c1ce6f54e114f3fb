import { type CertifiedShare, certifiedAccuracy, type RowRadius } from "psilon";

/** Radii at which the certified accuracy is told. */
export const RADII = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** Certified accuracy at every radius at which it changes, 0 first. */
export function accuracyCurve(
  radii: readonly RowRadius[],
  right: ReadonlyMap<number, boolean>,
): CertifiedShare[] {
  const finite = radii.flatMap(({ together }) => (Number.isFinite(together) ? [together ?? 0] : []));
  return certifiedAccuracy(radii, right, [...new Set([0, ...finite.sort((a, b) => a - b)])]);
}
