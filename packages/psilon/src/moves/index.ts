// Table of contents of "psilon/moves": how columns of a table's rows may move, in the table's own units.

export type { Move, Moves } from "./moves.js";
