/** What all that psilon puts on a server begins with, so that others can share it. */
export const PREFIX = "psilon";

/** The one queue in which the trials of all sweeps wait. */
export const QUEUE = "trials";

/** What each job in it is called. */
export const JOB = "trial";

export const KEYS = {
  probe: `${PREFIX}:probe`,
  /** Is there as long as a sweep waits for its trials. */
  waiting: (sweep: string) => `${PREFIX}:sweep:${sweep}`,
  /** A piece of a packed study, by the hash of all of it. */
  piece: (hash: string, n: number) => `${PREFIX}:data:${hash}:${n}`,
} as const;

/** The job of a trial: enqueued again, it is the same. */
export const jobId = (sweep: string, number: number): string => `${sweep}-${number}`;
