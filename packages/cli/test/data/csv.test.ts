import { describe, expect, it } from "vitest";
import { csvLine, spreadsheetLine } from "../../src/data/csv.js";

describe("a line of CSV", () => {
  it("quotes what would be taken apart", () => {
    expect(csvLine(["a", 'b "c"', "d,e", "f\ng", ""])).toBe('a,"b ""c""","d,e","f\ng",\n');
  });

  it("quotes, for a spreadsheet, what would be a formula", () => {
    expect(
      spreadsheetLine(["=A1", "+a", "-a", "@a", "\ta", "\ra", "-1.5", "+2e9", "a=", "-Infinity", ""]),
    ).toBe(`'=A1,'+a,'-a,'@a,'\ta,"'\ra",-1.5,+2e9,a=,-Infinity,\n`);
  });
});
