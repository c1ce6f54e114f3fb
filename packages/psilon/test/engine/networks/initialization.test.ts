import { expect, test } from "vitest";
import { pathBounds } from "../../../src/bounds/globalBounds.ts";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import { networkKinds } from "../../../src/engine/networks/spec.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { fold } from "../../../src/folded/fold.ts";

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
