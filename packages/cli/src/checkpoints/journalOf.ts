import { InputError } from "psilon";
import { type Journal, openJournal } from "./journal.js";

/** What a command is told of checkpoints, as Commander hands it over. */
export interface CheckpointFlags {
  readonly checkpoint?: string;
  readonly resume?: true;
}

/** Where the training's progress is kept, if it is. Throws InputError for options that do not go together. */
export function journalOf(flags: CheckpointFlags & { readonly timeLimit?: number }): Journal | undefined {
  const { checkpoint, resume = false, timeLimit } = flags;
  if (checkpoint !== undefined && timeLimit !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found:
        "The option --checkpoint is for trainings that come to the same however often they are resumed, but what --time-limit leaves out depends on the time",
      remedy: "leave one of them out",
    });
  }
  if (checkpoint !== undefined) return openJournal(checkpoint, resume, flags);
  if (!resume) return undefined;
  throw new InputError({
    code: "missing-argument",
    found: "The option --resume goes on from what --checkpoint has kept, but no --checkpoint was given",
    remedy: "name its folder with --checkpoint",
  });
}
