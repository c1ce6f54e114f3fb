/** What the process tells its caller; shown in `psilon --help`. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  badInput: 2,
  interrupted: 130,
} as const;
