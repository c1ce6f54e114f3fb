import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { annexItems, riskItems } from "../../src/report/guidance.js";
import { mapping } from "../../src/report/mapping.js";
import { sections } from "../../src/report/sections.js";

describe("sections", () => {
  it("serve what the guide's table says", () => {
    const guide = readFileSync(fileURLToPath(new URL("../../../../docs/report.md", import.meta.url)), "utf8");
    const table = guide.slice(guide.indexOf("| section |")).split("\n\n")[0].split("\n").slice(2);
    expect(table).toEqual(
      sections.map(({ title, serves: { risk, annex } }) =>
        `| ${title} | ${risk.join(", ")} | ${annex.join(", ")} |`.replace("|  |", "| |"),
      ),
    );
  });

  it("are found again by every item that they serve, and by no other", () => {
    const rows = [...mapping(sections).markup.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)];
    const found = new Map(
      rows.map(([, item, cells]) => [item, [...cells.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id)]),
    );
    expect([...found.keys()]).toEqual([...riskItems, ...annexItems.map(([item]) => item)]);
    for (const { id, serves } of sections) {
      const asked: readonly string[] = [...serves.risk, ...serves.annex];
      for (const [item, ids] of found) expect([item, ids.includes(id)]).toEqual([item, asked.includes(item)]);
    }
    for (const item of ["1(a)", "2(e)", "2(h)", "5", "7–8"]) expect(found.get(item)).toEqual([]);
  });
});
