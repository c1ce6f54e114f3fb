/**
 * Something the caller can mend: a bad file, option or argument. Its message is a whole sentence saying what was
 * found, where, what was expected and what to do, and is meant to be shown as it is, without a stack trace.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}
