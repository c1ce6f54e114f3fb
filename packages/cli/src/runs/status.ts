/** What a run comes to when it has ended, or is before. */
export const statuses = ["running", "done", "failed", "interrupted", "killed"] as const;

export type Status = (typeof statuses)[number];
