import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const cwd = temporaryFolder().path;

describe("psilon doctor", () => {
  it("measures every provider", async () => {
    const { code, stdout } = await psilon(["doctor", "--json"], { cwd });
    expect(code).toBe(0);
    const { processor, providers, advice } = JSON.parse(stdout);
    expect(processor).not.toBe("");
    expect(providers[0]).toMatchObject({ name: "wasm", gigaflops: expect.any(Number) });
    for (const { gigaflops } of providers) expect(gigaflops).toBeGreaterThan(0.1);
    expect(advice).toBeInstanceOf(Array);
  });
});
