import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { kindOf, type LayerName, layerKinds } from "../../src/engine/layers/kinds.ts";
import { inventoryOf } from "../../src/engine/networks/inventory.ts";
import type { Network } from "../../src/engine/networks/network.ts";
import {
  createSequential,
  type SequentialNetwork,
  type SequentialSpec,
} from "../../src/engine/networks/sequential.ts";
import { restoreSequential, valuesOf } from "../../src/engine/networks/sequentialValues.ts";
import { adam } from "../../src/engine/optimizers/adam.ts";
import { createOptimizer } from "../../src/engine/optimizers/optimizer.ts";
import { pruneNetwork } from "../../src/engine/pruning/pruneNetwork.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { type WeightKind, weightKinds } from "../../src/engine/weights/kinds.ts";
import { InputError } from "../../src/errors.ts";
import { encodeNetworks } from "../../src/formats/networkFile.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedBytes,
  type NamedTensor,
} from "../../src/formats/safetensors.ts";
import { loadSequential, saveSequential } from "../../src/formats/sequentialFile.ts";
import { kindMembers } from "../engine/layers/kinds/index.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const dense = (outputs: number, weight: WeightKind = "plain") =>
  ({ layer: "dense", outputs, weight }) as const;
const convolution = (weight: WeightKind, channels = 4) =>
  ({ layer: "convolution", channels, size: 3, padding: 1, weight, activation: "relu" }) as const;

/** Every member of the suite of layers, between layers that train, so that slopes arrive and go on. */
const ofKinds = Object.entries(kindMembers).flatMap(([kind, members]) =>
  members.map(({ name, spec, shape }): [string, SequentialSpec] => [
    `${kind} ${name}`,
    {
      input: shape,
      layers: [
        { layer: "residual", layers: [dense(shape[shape.length - 1])] },
        spec,
        { layer: "flatten" },
        dense(2, "l1-row"),
      ],
    },
  ]),
);
/** Every kind of weight, in a block with a shortcut. */
const ofWeights = Object.keys(weightKinds).map((kind): [string, SequentialSpec] => {
  const weight = kind as WeightKind;
  return [
    `${weight} weights`,
    {
      input: [5, 4, 3],
      layers: [
        {
          layer: "residual",
          shortcut: [convolution(weight, 3)],
          layers: [convolution(weight), convolution(weight, 3)],
        },
        { layer: "flatten" },
        dense(3, weight),
      ],
    },
  ];
});
const all = [...ofKinds, ...ofWeights];

const N = 4;
const inputsOf = ({ inputs }: Network) => {
  const random = createRandom(7);
  return Float32Array.from({ length: N * inputs }, () => normal(random));
};

/** Some steps of Adam towards outputs of 1. */
function trainOn(network: Network, steps: number): void {
  const optimizer = createOptimizer(backend, network, adam({}));
  network.input.data.set(inputsOf(network));
  for (let t = 0; t < steps; t++) {
    network.forward(N);
    network.output.data.subarray(0, N * network.outputs).forEach((y, k) => {
      network.outputDelta.data[k] = y - 1;
    });
    network.backward(N);
    for (const parameter of network.parameters) parameter.reduce();
    optimizer.step(0.01);
  }
}

function predict(network: Network): Uint32Array {
  network.input.data.set(inputsOf(network));
  network.evaluate(N);
  return new Uint32Array(network.output.data.slice(0, N * network.outputs).buffer);
}

function bitsOf(network: Network): number[][] {
  return network.parameters
    .flatMap(({ raw, lengths, mask, state }) => [
      raw,
      ...(lengths ? [lengths] : []),
      ...(mask ? [mask] : []),
      ...state,
    ])
    .concat(network.state)
    .map(({ data }) => [...new Uint32Array(data.slice().buffer)]);
}

const reloaded = (network: SequentialNetwork) =>
  restoreSequential(backend, loadSequential(saveSequential(valuesOf(network)), "a.safetensors"), N);

describe("The file of a network of layers", () => {
  test.each(all)("gives it back with %s: the same bits now, and after further steps", (_, spec) => {
    const mark = backend.arena.mark();
    const network = createSequential(backend, spec, N, createRandom(3));
    trainOn(network, 3);
    const again = reloaded(network);
    expect(bitsOf(again)).toEqual(bitsOf(network));
    expect(predict(again)).toEqual(predict(network));
    trainOn(again, 3);
    trainOn(network, 3);
    expect(bitsOf(again)).toEqual(bitsOf(network));
    expect(again.parameters.map(({ lengthUnit }) => lengthUnit)).toEqual(
      network.parameters.map(({ lengthUnit }) => lengthUnit),
    );
    backend.arena.release(mark);
  });

  test.each(all)("knows what is in a network with %s before it is made", (_, spec) => {
    const mark = backend.arena.mark();
    const { parameters, state } = createSequential(backend, spec, 1, createRandom(3));
    const { parameters: trained, state: kept } = inventoryOf(spec);
    expect(trained.map(({ raw: { rows, columns } }) => [rows, columns])).toEqual(
      parameters.map(({ raw }) => [raw.rows, raw.columns]),
    );
    expect(trained.map(({ lengths }) => lengths?.rows)).toEqual(
      parameters.map(({ lengths }) => lengths?.length),
    );
    expect(trained.map((one) => one.state.map(({ rows, columns }) => rows * columns))).toEqual(
      parameters.map((one) => one.state.map(({ length }) => length)),
    );
    expect(kept.map(({ rows, columns }) => [rows, columns])).toEqual(
      state.map(({ rows, columns }) => [rows, columns]),
    );
    const names = [...trained.map(({ raw }) => raw), ...kept].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    backend.arena.release(mark);
  });

  test("is of every kind of layer", () => {
    const tried = new Set(ofKinds.flatMap(([, { layers }]) => layers.map(({ layer }) => layer)));
    expect([...tried].sort()).toEqual(["residual", ...Object.keys(layerKinds)].sort());
    for (const name of Object.keys(layerKinds)) {
      expect(kindOf({ layer: name as LayerName } as never).bind).toBeTypeOf("function");
    }
  });

  test("keeps what is pruned, and the lengths' units", () => {
    const mark = backend.arena.mark();
    const network = createSequential(backend, ofWeights[0][1], N, createRandom(3));
    pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.5 });
    network.layers[0].weight.lengthUnit = 0.1;
    const again = reloaded(network);
    trainOn(network, 3);
    trainOn(again, 3);
    expect(bitsOf(again)).toEqual(bitsOf(network));
    expect(again.layers[0].weight.lengthUnit).toBe(0.1);
    const zeros = again.layers.flatMap(({ weight }) => [...weight.effective.data]).filter((w) => w === 0);
    expect(zeros.length).toBeGreaterThan(200);
    backend.arena.release(mark);
  });

  test("is not made of a network in the midst of a projection, nor of what is not finite", () => {
    const mark = backend.arena.mark();
    const network = createSequential(
      backend,
      { input: [3], layers: [dense(2, "l1-row")] },
      N,
      createRandom(3),
    );
    network.layers[0].weight.project({ alpha: 0.5, scale: 2 });
    expect(() => valuesOf(network)).toThrow(
      "cannot be saved; save it before that stage or when training has ended.",
    );
    network.layers[0].weight.project(null);
    network.layers[0].bias.data[1] = Number.NaN;
    expect(() => saveSequential(valuesOf(network))).toThrow(
      'The network to be saved holds NaN as number 1 of its tensor "1.bias"',
    );
    backend.arena.release(mark);
  });

  test("names its tensors by the layers' places", () => {
    const mark = backend.arena.mark();
    const spec = ofWeights.find(([name]) => name.startsWith("spectral"))![1];
    const network = createSequential(backend, spec, N, createRandom(3));
    const { tensors, bytes } = decodeSafetensors(saveSequential(valuesOf(network)), "");
    const said = ({ name, shape }: NamedTensor | NamedBytes) => `${name} ${shape.join("×")}`;
    expect(tensors.map(said)).toEqual([
      "1.shortcut.1.weight 3×27",
      "1.shortcut.1.bias 3×1",
      "1.1.weight 4×27",
      "1.1.bias 4×1",
      "1.2.weight 3×36",
      "1.2.bias 3×1",
      "3.weight 3×60",
      "3.bias 3×1",
    ]);
    expect(bytes!.map(said)[0]).toBe("1.shortcut.1.weight.state.0 27×8");
    backend.arena.release(mark);
  });
});

describe("A damaged file of a network of layers", () => {
  const spec: SequentialSpec = {
    input: [3, 3, 1],
    layers: [
      { layer: "residual", layers: [convolution("l1-row", 1)] },
      { layer: "flatten" },
      { ...dense(2, "l2-shared"), activation: { of: "sine", frequency: 2 } },
    ],
  };
  let whole: Uint8Array;
  beforeAll(() => {
    const mark = backend.arena.mark();
    const network = createSequential(backend, spec, 1, createRandom(3));
    pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.3 });
    whole = saveSequential(valuesOf(network));
    backend.arena.release(mark);
  });

  interface Parts {
    tensors: NamedTensor[];
    bytes: NamedBytes[];
    // biome-ignore lint/suspicious/noExplicitAny: it is what a file may say
    json: any;
  }
  const tampered = (change: (parts: Parts) => void): Uint8Array => {
    const { tensors, bytes = [], metadata } = decodeSafetensors(whole, "");
    const parts = {
      tensors: [...tensors],
      bytes: [...bytes],
      json: JSON.parse(metadata.get("psilon-network")!),
    };
    change(parts);
    return encodeSafetensors({
      ...parts,
      metadata: new Map([["psilon-network", JSON.stringify(parts.json)]]),
    });
  };
  const data = (name: string, change: (values: Float32Array) => void) => () =>
    tampered(({ tensors }) => change(tensors.find((tensor) => tensor.name === name)!.data));
  const spoken = (change: (json: Parts["json"]) => void) => () => tampered(({ json }) => change(json));
  const layer = (change: object, l = 2) =>
    spoken(({ network }) => {
      network.layers[l] = { ...network.layers[l], ...change };
    });

  const cases: [string, () => Uint8Array, string][] = [
    [
      "is a model of a table",
      () => encodeNetworks({ members: [], payload: null }),
      'lacks the key "psilon-network"',
    ],
    [
      "has a description that is not JSON",
      () => encodeSafetensors({ tensors: [], metadata: new Map([["psilon-network", "{"]]) }),
      "is damaged: its description is not JSON",
    ],
    [
      "nests without end",
      () => encodeSafetensors({ tensors: [], metadata: new Map([["psilon-network", "[".repeat(1e6)]]) }),
      "its description nests lists and objects more than 64 deep",
    ],
    ["has no version", spoken((json) => delete json.version), "should be a JSON object with a version"],
    [
      "is of a newer version",
      spoken((json) => {
        json.version = 2;
      }),
      "is of version 2 of the format of networks, but this psilon reads version 1; use a psilon that reads it",
    ],
    [
      "has no network",
      spoken((json) => delete json.network),
      "its description should have the network's input",
    ],
    ["has no input", spoken((json) => delete json.network.input), "its description should have"],
    ["has a layer without a name", layer({ layer: 3 }), "its description should have"],
    ["has a choice that is a list", layer({ weight: ["plain"] }), "its description should have"],
    ["has a shortcut that is no list", layer({ shortcut: 3 }, 0), "its description should have"],
    ["has no lengths' units", spoken((json) => delete json.lengthUnits), "its description should have"],
    [
      "has an unknown layer",
      layer({ layer: "lstm" }),
      "a.safetensors describes a network that there is not: A layer is one of residual, ",
    ],
    ["names what every object has", layer({ layer: "constructor" }), 'but layer 3 is "constructor"'],
    ["has an unknown weight", layer({ weight: "l3" }), 'but "l3" was given'],
    ["has an unknown activation", layer({ activation: "tanh" }), 'but "tanh" was given'],
    ["has a sine without its frequency", layer({ activation: "sine" }), 'but "sine" was given'],
    ["has an activation that is none", layer({ activation: 0 }), "but 0 was given"],
    ["has a frequency of 0", layer({ activation: { of: "sine", frequency: 0 } }), "but 0 was given"],
    ["has a gain that is none", layer({ gain: "2" }), "The gain of a weight"],
    ["has no outputs", layer({ outputs: 0 }), "whole number of at least 1, but 0 was given"],
    [
      "has outputs that are no number",
      layer({ outputs: "2" }),
      'whole number of at least 1, but "2" was given',
    ],
    [
      "has an input of no size",
      spoken(({ network }) => {
        network.input = [3, 0, 1];
      }),
      "whole numbers of at least 1, but [3, 0, 1] was given",
    ],
    [
      "has layers that do not fit one another",
      spoken(
        ({ network }) =>
          network.layers[0].layers[0] && network.layers.splice(0, 1, network.layers[1], network.layers[0]),
      ),
      "describes a network that there is not: Layer 2.1 (convolution) reads images",
    ],
    [
      "has two ways of different shapes",
      spoken(({ network }) => {
        network.layers[0].layers[0].channels = 2;
      }),
      "Layer 1 (residual) adds its two ways",
    ],
    [
      "claims an image beyond all memory",
      spoken(({ network }) => {
        network.input = [1e5, 1e5, 1];
      }),
      "Its layers read 30000000000 numbers for one example, and at most 268435456 are taken from a file",
    ],
    [
      "claims a matrix that it has not",
      layer({ outputs: 1e9 }),
      'its tensor "3.weight" is F32 of the shape [2, 9], but F32 of [1000000000, 9] was expected',
    ],
    [
      "lacks a matrix",
      () => tampered(({ tensors }) => tensors.shift()),
      'its tensor "1.1.weight" is missing',
    ],
    [
      "lacks lengths",
      () => tampered(({ tensors }) => tensors.splice(1, 1)),
      'its tensor "1.1.weight.lengths" is missing',
    ],
    [
      "has a tensor too many",
      () =>
        tampered(({ tensors }) => tensors.push({ name: "2.bias", shape: [1], data: new Float32Array(1) })),
      'its tensor "2.bias" belongs to no layer it describes',
    ],
    [
      "has bytes too many",
      () => tampered(({ bytes }) => bytes.push({ name: "more", shape: [1], data: new Uint8Array(1) })),
      'its tensor "more" belongs to no layer it describes',
    ],
    [
      "has a mask of numbers",
      () =>
        tampered(({ tensors, bytes }) => {
          const { name, shape, data: mask } = bytes.shift()!;
          tensors.push({ name, shape, data: Float32Array.from(mask) });
        }),
      'its tensor "1.1.weight.mask" is F32 of the shape [1, 9], but U8 of [1, 9] was expected',
    ],
    [
      "has a mask of more than 0 and 1",
      () =>
        tampered(({ bytes }) => {
          bytes[0].data[4] = 2;
        }),
      'its tensor "1.1.weight.mask" holds 2 as number 4, but numbers from 0 to 1 were expected',
    ],
    [
      "holds a number that is not finite",
      data("3.bias", (values) => {
        values[1] = Number.POSITIVE_INFINITY;
      }),
      'holds Infinity as number 1 of its tensor "3.bias", but every weight must be finite',
    ],
    [
      "lacks a length's unit",
      spoken((json) => {
        json.lengthUnits = {};
      }),
      'its lengthUnits should have a number above 0 for "1.1.weight.lengths"',
    ],
    [
      "has a length's unit of 0",
      spoken((json) => {
        json.lengthUnits["3.weight.lengths"] = 0;
      }),
      'its lengthUnits should have a number above 0 for "3.weight.lengths"',
    ],
  ];
  test.each(cases)("is refused in a sentence where it %s", (_, bytes, message) => {
    const load = () => loadSequential(bytes(), "a.safetensors");
    expect(load).toThrow(InputError);
    expect(load).toThrow(/^a\.safetensors .*\.$/);
    expect(load).toThrow(message);
  });

  test("is refused where a row has no direction", () => {
    const bytes = data("3.weight", (values) => {
      values.fill(0);
    })();
    const mark = backend.arena.mark();
    expect(() => restoreSequential(backend, loadSequential(bytes, "a.safetensors"), 1)).toThrow(
      "Row 0 of 3.weight has norm 0 or is not finite",
    );
    backend.arena.release(mark);
  });

  test("is refused in a sentence, or is a network whose shapes fit, whichever bytes are flipped", () => {
    const random = createRandom(9);
    let refused = 0;
    for (let trial = 0; trial < 3_000; trial++) {
      const bytes = whole.slice();
      for (let flips = 0; flips <= trial % 3; flips++) {
        bytes[Math.floor(random.next() * bytes.length)] ^= 1 << Math.floor(random.next() * 8);
      }
      const mark = backend.arena.mark();
      try {
        const network = restoreSequential(backend, loadSequential(bytes, "m.safetensors"), 1);
        network.evaluate(1);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.message).toMatch(/^(m\.safetensors|Row) [\s\S]*[.?]$/);
        refused++;
      }
      backend.arena.release(mark);
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(refused).toBeLessThan(3_000);
  });
});
