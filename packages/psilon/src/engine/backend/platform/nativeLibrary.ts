/** A shared library of the operating system, opened through koffi. */
export interface NativeLibrary {
  /** The function that a C prototype declares; throws when the library lacks it. */
  func(prototype: string): NativeFunction;
}

/** A function of such a library. */
export type NativeFunction = (...values: readonly (number | ArrayBufferView)[]) => unknown;

/** The part of koffi that is used here. */
export interface NativeLoader {
  /** Throws when the library is not there. */
  load(path: string): NativeLibrary;
}
