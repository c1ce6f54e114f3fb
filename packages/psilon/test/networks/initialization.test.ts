import { expect, test } from "vitest";
import { createBackend } from "../../src/backend/backend.ts";
import { pathBounds } from "../../src/bounds/globalBounds.ts";
import { fold } from "../../src/networks/fold.ts";
import { createNetwork } from "../../src/networks/network.ts";
import { networkKinds } from "../../src/networks/spec.ts";
import { createRandom } from "../../src/random/random.ts";

const shape = { inputs: 7, width: 30, depth: 9, outputs: 2 };

async function freshBounds(kind: "net" | "resnet") {
  const network = createNetwork(
    await createBackend(),
    { ...networkKinds[kind], ...shape },
    1,
    createRandom(3),
  );
  return Object.fromEntries(
    pathBounds([{ network: fold(network) }]).map(({ method, atMost }) => [method, atMost]),
  );
}

test("A fresh PSiLON ResNet of 9 blocks has the bounds 2 (improved), 4 (skip) and 2048 (folded)", async () => {
  const { column, tight, improved, skip, folded } = await freshBounds("resnet");
  for (const value of [column, tight, improved]) expect(value / 2).toBeCloseTo(1, 5);
  expect(skip / 4).toBeCloseTo(1, 5);
  expect(folded / 2048).toBeCloseTo(1, 5);
});

test("A fresh PSiLON Net's 1-path-norm is its number of outputs, however deep it is", async () => {
  const { "path-norm": norm } = await freshBounds("net");
  expect(norm / 2).toBeCloseTo(1, 5);
});
