import type { Command } from "commander";
import { inspectModel } from "psilon";
import { jsonOption } from "../arguments.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { inspectionText } from "../render/inspection.js";

export function addInspect(program: Command, io: Io): void {
  program
    .command("inspect <model>")
    .description("Show a model's layers, lengths, bounds and sparsity, and which columns matter.")
    .addOption(jsonOption())
    .addHelpText(
      "before",
      "Examples:\n  psilon inspect model.safetensors\n  psilon inspect model.safetensors --json\n",
    )
    .action(async (path: string, flags: { readonly json?: true }) => {
      const model = await readModel(path);
      const report = inspectModel(model);
      const { target, record } = model;
      io.stdout.write(
        flags.json
          ? `${JSON.stringify({ model: path, target, ...report, record })}\n`
          : inspectionText(path, model, report),
      );
    });
}
