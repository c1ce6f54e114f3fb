import { type BoundedModel, boundedModel } from "../bounds/boundedModel.js";
import { encodedInputs } from "../preprocess/encoder.js";
import type { TabularModel } from "./tabularModel.js";

/** The model as a function of its encoded inputs, ready to be bounded. */
export function boundedTabular({ members, encoder }: TabularModel): BoundedModel {
  return boundedModel(members, encodedInputs(encoder).length);
}
