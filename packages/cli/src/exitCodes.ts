/** What the process tells its caller; shown in `psilon --help`. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  badInput: 2,
  /** `certify`: some row was refuted. */
  refuted: 3,
  /** `certify`: no row was refuted, but some are unknown. */
  unknown: 4,
  interrupted: 130,
} as const;

/** What a command that did its work tells its caller. */
export interface Outcome {
  code: number;
  /** That it was to work until it is interrupted. */
  isInterruptionMeant?: true;
}
