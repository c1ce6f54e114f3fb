import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { collect, toleranceOf } from "../src/arguments.js";
import { commandLine } from "../src/commandLine.js";

describe("the line that asks for the same again", () => {
  const parse = (...argv: string[]) => {
    const command = new Command("report")
      .argument("<model>")
      .option("--data <data>")
      .option("--fair <columns>", "", collect)
      .option("--tolerance <t>", "", toleranceOf)
      .option("--seed <n>", "", Number, 0)
      .option("--json")
      .option("--no-header")
      .action(() => {});
    command.parse(argv, { from: "user" });
    return commandLine(command);
  };

  it("holds what was given and no defaults, quoted for a shell", () => {
    expect(parse("my model", "--data", "a.csv", "--json")).toBe(
      "psilon report 'my model' --data a.csv --json",
    );
    expect(parse("m", "--seed", "0", "--no-header")).toBe("psilon report m --seed 0 --no-header");
  });

  it("is another command's without some of the options, with lists and pairs as they are given", () => {
    const command = new Command("sweep")
      .argument("<data>")
      .option("--space <space>")
      .option("--quantile <levels>", "", (text) => text.split(",").map(Number))
      .option("--class-weights <weights>", "", () => ({ yes: 20, "it's no": 1 }))
      .action(() => {});
    command.parse(["a.csv", "--space", "p=1", "--quantile", "0.1,0.9", "--class-weights", "x"], {
      from: "user",
    });
    expect(commandLine(command, { name: "train", without: ["space"] })).toBe(
      "psilon train a.csv --quantile '0.1,0.9' --class-weights 'yes=20,it'\\''s no=1'",
    );
  });

  it("gives an option as often as it was given, and percents as percents", () => {
    expect(parse("m", "--fair", "sex", "--fair", "a,b=5", "--tolerance", "5%")).toBe(
      "psilon report m --fair sex --fair 'a,b=5' --tolerance '5%'",
    );
    expect(parse("m", "--tolerance", "0.1%")).toBe("psilon report m --tolerance '0.1%'");
    expect(parse("m", "--tolerance", "5")).toBe("psilon report m --tolerance 5");
  });
});
