import { expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { storedBytes } from "../../src/folded/storedBytes.ts";
import { mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";

const random = createRandom(2);

test("a dense network takes 4 bytes a value, and more than twice that for its matrices in compressed rows", () => {
  const network = mlp([3, 5, 2], () => 1, normals(random));
  const values = 3 * 5 + 5 * 2;
  expect(storedBytes(network)).toEqual({
    dense: 4 * (values + 7),
    csr: 8 * values + 4 * (5 + 1) + 4 * (2 + 1) + 4 * 7,
  });
});

test("a network of zeros takes its biases and where rows start in compressed rows", () => {
  const network = resnet({ inputs: 3, width: 4, depth: 2, outputs: 1 }, () => 0, normals(random));
  expect(storedBytes(network)).toEqual({
    dense: 4 * (3 * 4 + 2 * (2 * 4 * 4) + 2 * 4) + 4 * 13,
    csr: 4 * (3 * 5 + 2) + 4 * 13,
  });
});

test("at 95 % zeros compressed rows take a ninth", () => {
  const { dense, csr } = storedBytes(
    mlp(
      [20, 256, 256, 1],
      sparse(random, 0.05, () => 1),
      normals(random),
    ),
  );
  expect(dense / csr).toBeGreaterThan(8);
  expect(dense / csr).toBeLessThan(10);
});
