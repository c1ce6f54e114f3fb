import { Option } from "commander";
import type { TabularModel } from "psilon";

export type Unseen = TabularModel["encoder"]["unseen"];

export function unseenOption(): Option {
  return new Option(
    "--unseen <policy>",
    "what a category new to the model is: an error, or none of the known ones (zeros)",
  )
    .choices(["error", "zeros"])
    .default("error");
}

export function withUnseen(model: TabularModel, unseen: Unseen): TabularModel {
  return { ...model, encoder: { ...model.encoder, unseen } };
}
