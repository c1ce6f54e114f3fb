import { psilon } from "./psilon.js";

/** Settings with which a network learns the small table well in a moment. */
export const quick = [
  ...["--width", "8", "--depth", "1", "--epochs", "240"],
  ...["--lambda", "0.001", "--threads", "1"],
];

/** Trains a network on `data.csv`, the small table, for each target, and saves it as `<target>.safetensors`; the other target is no input. */
export async function trainSmall(cwd: string, ...targets: readonly ("y" | "kind")[]): Promise<void> {
  for (const target of targets) {
    const columns = ["--target", target, "--column", `${target === "y" ? "kind" : "y"}=ignore`];
    const asked = [...columns, ...quick, "--encode", "value"];
    await psilon(["train", "data.csv", ...asked, "--out", `${target}.safetensors`], { cwd });
  }
}
