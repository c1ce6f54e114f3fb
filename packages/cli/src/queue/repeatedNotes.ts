/** How many notes of a kind are told one by one. */
const TOLD = 20;

/** Says notes of one kind: each, as long as there are few, and at the end how many more there were. */
export function createRepeatedNotes(say: (note: string) => void): {
  readonly note: (note: string) => void;
  readonly end: (more: (count: number) => string) => void;
} {
  let count = 0;
  return {
    note(note) {
      if (++count <= TOLD) say(note);
    },
    end(more) {
      if (count > TOLD) say(more(count - TOLD));
    },
  };
}
