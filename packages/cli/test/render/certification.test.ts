import { frameFrom, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../src/data/csv.js";
import { certificationText } from "../../src/render/certification.js";
import { certificationCsv } from "../../src/render/certificationCsv.js";

describe("certified radii", () => {
  it("of a row that is not certified itself are none, first in the list, and empty in CSV", async () => {
    const radii = [0.25, null, 0, Number.POSITIVE_INFINITY].map((together, i) => ({
      row: i + 2,
      together,
      alone: { toString: together },
    }));
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, class: "ab"[i % 2] }));
    const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
    const model = await trainModel(frameFrom(rows), "class", options);
    const result = {
      model: "m.safetensors",
      data: "d.csv",
      tolerance: null,
      moves: null,
      rows: 4,
      verdicts: [],
      radii,
      accuracy: [{ radius: 0, certified: 2999 / 3000, certifiedAndRight: 1 / 3 }],
    };
    const numbers = { task: "regression", names: ["y"], centers: [0], scales: [1] } as const;
    const text = certificationText(result, model);
    expect(text).toMatch(/\n3 +none +none\n4 +0 +0\n2 +0\.25 +0\.25\n5 +any +any\n/);
    expect(text).toMatch(
      /^radius +0 standard .*\n +50\.0 % of the rows are certified at 0\.1\nbound +1-path-norm /m,
    );
    expect(text).toMatch(/^0 +99\.9 % +33\.3 %$/m);
    expect(certificationCsv(result, model, csvLine)).toBe(
      "row,radius_in_standard_deviations,toString_alone\n2,0.25,0.25\n3,,\n4,0,0\n5,Infinity,Infinity\n",
    );
    const levels = { ...model, target: { ...numbers, levels: [0.1, 0.9] } };
    const near = { ...result, tolerance: { factor: 1.05 } };
    expect(certificationText(near, levels)).toContain("among the quantiles or within ×1.05 and certified");
    expect(certificationText(near, { ...model, target: numbers })).toMatch(/ {2}within ×1\.05 and certified/);
  });
});
