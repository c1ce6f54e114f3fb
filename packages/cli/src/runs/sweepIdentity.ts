import { contentHash } from "../contentHash.js";
import { environment } from "./environment.js";
import type { DataFingerprint } from "./fingerprint.js";

/** What a sweep is: two sweeps of the same identity ask for the same trials and may go on from one another. */
export interface SweepIdentity {
  readonly data: DataFingerprint;
  /** JSON by the names of options, as `optionsIn` has them. */
  readonly options: Readonly<Record<string, string>>;
}

/** The same for sweeps that are the same; another psilon may ask for other trials. */
export function hashOfSweep({ data, options }: SweepIdentity): string {
  const { psilon } = environment();
  return contentHash({ psilon, data: data.hash, options: Object.entries(options).sort() });
}
