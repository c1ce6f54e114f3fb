import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { checkEncodings, type Encodings, encodingIn } from "../../src/preprocess/encodings.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { mixedTable } from "../support/synthetic.ts";

const schema = inferSchema(mixedTable(60, ["value"]), { target: "value" });

describe("Encodings", () => {
  test("are one for all columns, or those of the named ones, the others staying by their values", () => {
    expect(encodingIn("both")("length")).toBe("both");
    const of = encodingIn({ length: "bins" });
    expect(["length", "weight", "toString"].map(of)).toEqual(["bins", "value", "value"]);
    for (const said of ["bins", {}, { length: "bins", weight: "value" }] as const) {
      expect(() => checkEncodings(said, schema)).not.toThrow();
    }
  });

  test.each<[Encodings, string, string, string]>([
    [{ lenght: "bins" }, "unknown-column", '"lenght", which is no column to predict from', '"length"?'],
    [{ value: "bins" }, "unknown-column", '"value", which is no column to predict from', "."],
    [{ colour: "both" }, "without-order", '"colour", but columns of categories have no order', "numeric"],
    [{ wet: "bins" }, "unsuitable", '"wet", but encodings are for numbers and dates', "leave it out"],
  ])("are refused for %j", (said, code, found, remedy) => {
    const refused = expect(() => checkEncodings(said, schema));
    refused.toThrow(InputError);
    refused.toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code, where: { column: Object.keys(said)[0] } }),
        message: expect.stringContaining(found),
      }),
    );
    refused.toThrow(remedy);
  });
});
