import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { psilonHere } from "../support/psilonHere.js";

const page = readFileSync(new URL("../../../../docs/scaling.md", import.meta.url), "utf8");
const { loadAll } = createRequire(import.meta.url)("js-yaml") as {
  readonly loadAll: (text: string) => unknown[];
};
const [compose, ...cluster] = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, text]) =>
  loadAll(text),
);

/** All values of that name, however deep. */
function valuesOf(name: string, within: unknown): unknown[] {
  if (typeof within !== "object" || within === null) return [];
  return Object.entries(within).flatMap(([key, value]) => (key === name ? [value] : valuesOf(name, value)));
}

describe("The page on many machines", () => {
  it("has files that can be read, of everything that is needed", () => {
    expect(Object.keys((compose as { services: object }).services)).toEqual(["redis", "worker"]);
    expect(cluster.map((part) => (part as { kind: string }).kind)).toEqual([
      ...["Secret", "Service", "StatefulSet", "Deployment", "Job"],
    ]);
    expect(valuesOf("terminationGracePeriodSeconds", cluster)).toEqual([600]);
    const secrets = [...valuesOf("secretKeyRef", cluster)] as {
      readonly name: string;
      readonly key: string;
    }[];
    const [{ stringData }] = cluster as readonly { readonly stringData: object }[];
    expect(secrets.filter(({ name, key }) => name !== "psilon-redis" || !(key in stringData))).toEqual([]);
  });

  it("has command lines that the command takes", async () => {
    const lines = [
      ...valuesOf("command", (compose as { services: { worker: object } }).services.worker),
      ...valuesOf("args", cluster),
    ] as string[][];
    expect(lines.map(([command]) => command)).toEqual(["worker", "worker", "sweep"]);
    for (const [command, ...args] of lines) {
      const { stdout } = await psilonHere([command, "--help"]);
      for (const option of args.filter((arg) => arg.startsWith("--"))) expect(stdout).toContain(`${option} `);
    }
  });

  it("has command lines of Redis that keep what waits", () => {
    const lines = page.match(/.*redis-server -.*/g)!;
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toContain("--appendonly yes --maxmemory-policy noeviction");
      expect(line).toContain("requirepass");
    }
  });
});
