import { type BoundedModel, boundedModel } from "../bounds/model.js";
import { encodedInputs } from "./encoder.js";
import type { TabularModel } from "./model.js";

/** The model as a function of its encoded inputs, ready to be bounded. */
export function boundedTabular({ members, encoder }: TabularModel): BoundedModel {
  return boundedModel(members, encodedInputs(encoder).length);
}
