/** A share as text. */
export const percent = (share) => `${(100 * share).toFixed(1)} %`;
