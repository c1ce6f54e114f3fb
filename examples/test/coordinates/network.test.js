import { createBackend, createRandom } from "psilon/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { createCoordinateNetwork, evaluateAt } from "../../coordinates/network.js";

let backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const design = (activation, weights, normalize = "none") => ({
  ...{ activation, weights, normalize, width: 64, depth: 3, outputs: 1 },
  ...{ positions: { frequencies: 4 }, frequency: 15, spread: 0.15 },
});
const create = (...choices) => createCoordinateNetwork(backend, 2, design(...choices), 50, createRandom(4));

/** Standard deviation of what the network writes at points of the square, before training. */
function deviationOf(network) {
  const random = createRandom(5);
  const values = evaluateAt(network, 500, (_, input, at) => {
    input[at] = 2 * random.next() - 1;
    input[at + 1] = 2 * random.next() - 1;
  });
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
}

describe("A coordinate network", () => {
  test.each(["sine", "gaussian"])(
    "of %s units starts alike with rows of norm 1 and with plain weights",
    (activation) => {
      const plain = deviationOf(create(activation, "plain"));
      for (const weights of ["l2-row", "row-equilibrated", "standardized", "column-equilibrated"]) {
        const ratio = deviationOf(create(activation, weights)) / plain;
        expect(ratio).toBeGreaterThan(1 / 2);
        expect(ratio).toBeLessThan(2);
      }
    },
  );

  test("has hidden matrices of the kind asked for and a plain one at both ends, where positions are not fixed features", () => {
    const kinds = (activation) => create(activation, "spectral").layers.map(({ weight }) => weight.kind);
    const hidden = ["spectral", "spectral", "spectral"];
    expect(kinds("relu")).toEqual([...hidden, "plain"]);
    expect(kinds("sine")).toEqual(["plain", ...hidden, "plain"]);
  });

  test("writes at as many points as asked for, in batches of its own size, each where it belongs", () => {
    const network = create("sine", "plain", "layer");
    const position = (k, input, at) => {
      input[at] = k / 120;
      input[at + 1] = -k / 240;
    };
    const all = evaluateAt(network, 120, position);
    expect(all.length).toBe(120);
    const one = evaluateAt(network, 1, (_, input, at) => position(73, input, at));
    expect(all[73]).toBeCloseTo(one[0], 6);
  });
});
