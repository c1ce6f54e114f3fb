import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { InputError } from "../../src/errors.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import {
  decodeNetworks,
  encodeNetworks,
  type NetworkFile,
  type StoredMember,
} from "../../src/formats/networkFile.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../../src/formats/safetensors.ts";
import { mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";
import { hasNumpy, runReader } from "../support/pythonReader.ts";

const random = createRandom(1);
const draw = normals(random);
const whole = (network: FoldedNetwork): StoredMember => ({
  network,
  inputs: Int32Array.from({ length: network.layers[0].columns }, (_, j) => j),
});
const pruned = (network: FoldedNetwork): StoredMember => {
  const { network: smaller, inputs } = removeDeadUnits(network);
  return { network: smaller, inputs };
};
const shape = { inputs: 4, width: 5, depth: 3, outputs: 2 };
const few = sparse(random, 0.3, draw);

const sloping = (network: FoldedNetwork): FoldedNetwork => ({
  ...network,
  slopes: Float32Array.from({ length: network.layers[0].columns }, few),
});

/** Three networks that share all but their first weights and their last layers. */
const shared = (network: () => FoldedNetwork): StoredMember[] => {
  const [first, ...others] = Array.from({ length: 3 }, network);
  const last = first.layers.length - 1;
  const members = others.map((own) => ({
    ...own,
    layers: first.layers.map((layer, l) => {
      if (l === 0) return { ...own.layers[0], bias: layer.bias };
      return l === last ? own.layers[last] : layer;
    }),
  }));
  return [first, ...members].map(whole);
};

const models: Record<string, NetworkFile> = {
  "a shared ensemble": { members: shared(() => mlp([4, 6, 5, 2], draw, draw)), payload: {} },
  "a shared ensemble of ResNets": { members: shared(() => resnet(shape, draw, draw)), payload: {} },
  "an MLP": {
    members: [whole(mlp([4, 6, 5, 2], draw, draw))],
    payload: { task: "regression", target: { median: 0.1, halfRange: 2.5 }, classes: ["größer", "✓"] },
  },
  "a linear model": { members: [whole(mlp([4, 2], draw, draw))], payload: null },
  "a ResNet": { members: [whole(resnet(shape, draw, draw))], payload: [1, "two", null] },
  "a ResNet without blocks": { members: [whole(resnet({ ...shape, depth: 0 }, draw, draw))], payload: {} },
  "a pruned MLP": {
    members: [{ ...whole(mlp([2, 3, 2], draw, draw)), inputs: Int32Array.of(1, 3) }],
    payload: {},
  },
  "an ensemble of different members": {
    members: [
      whole(mlp([4, 3, 2], draw, draw)),
      pruned(mlp([4, 6, 2], few, draw)),
      pruned(resnet(shape, few, draw)),
      { ...whole(resnet({ ...shape, inputs: 1 }, draw, draw)), inputs: Int32Array.of(2) },
    ],
    payload: { lambda: 1e-5 },
  },
  "a monotone MLP": { members: [whole(sloping(mlp([4, 5, 1], draw, draw)))], payload: {} },
  "an ensemble of which one is monotone": {
    members: [
      whole(resnet({ ...shape, outputs: 1 }, draw, draw)),
      pruned(sloping(resnet({ ...shape, outputs: 1 }, few, draw))),
    ],
    payload: {},
  },
};
const names = Object.keys(models);

const bitsOf = ({ members }: NetworkFile) =>
  members.flatMap(({ network: { layers, slopes = new Float32Array() } }) =>
    [
      slopes,
      ...layers.flatMap((layer) =>
        layer.kind === "dense" ? [layer.weight, layer.bias] : [layer.positive, layer.negative, layer.bias],
      ),
    ].map((array) => new Uint32Array(array.buffer)),
  );

const small: NetworkFile = {
  members: [whole(resnet({ ...shape, width: 2 }, draw, draw))],
  payload: { a: 1 },
};

/** The file of `model` after its tensors or its description were tampered with. */
function tampered(
  model: NetworkFile,
  change: { tensors?: (tensors: NamedTensor[]) => NamedTensor[]; description?: (json: never) => unknown },
): Uint8Array {
  const file = decodeSafetensors(encodeNetworks(model), "");
  const description = JSON.parse(file.metadata.get("psilon")!);
  return encodeSafetensors({
    tensors: change.tensors?.([...file.tensors]) ?? file.tensors,
    metadata: new Map([
      ["psilon", JSON.stringify(change.description?.(description as never) ?? description)],
    ]),
  });
}

const replace =
  (name: string, with_: Partial<NamedTensor>) =>
  (tensors: NamedTensor[]): NamedTensor[] =>
    tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...with_ } : tensor));

describe("a model file", () => {
  test.each(names)("gives back %s to the last bit", (name) => {
    const read = decodeNetworks(encodeNetworks(models[name]), "m.safetensors");
    expect(read).toEqual(models[name]);
    expect(bitsOf(read)).toEqual(bitsOf(models[name]));
  });

  test.each(["a shared ensemble", "a shared ensemble of ResNets"])(
    "holds what members share once: %s",
    (name) => {
      const bytes = encodeNetworks(models[name]);
      const { tensors, metadata } = decodeSafetensors(bytes, "");
      expect(JSON.parse(metadata.get("psilon")!).version).toBe(4);
      const last = models[name].members[0].network.layers.length - 1;
      for (const { name: stored } of tensors.filter((one) => !one.name.startsWith("members.0."))) {
        expect(stored).toMatch(new RegExp(`layers\\.0\\.weight$|layers\\.${last}\\.`));
      }
      const [first, ...others] = decodeNetworks(bytes, "m.safetensors").members.map(
        ({ network }) => network.layers,
      );
      for (const layers of others) {
        expect(layers[0].bias).toBe(first[0].bias);
        expect(layers[1].bias).toBe(first[1].bias);
        expect(layers[last].bias).not.toBe(first[last].bias);
      }
      // Read and written again it is the same file.
      expect(encodeNetworks(decodeNetworks(bytes, "m.safetensors"))).toEqual(bytes);
    },
  );

  test("names its tensors layers.<i>.weight, weight_pos, weight_neg and bias, with a prefix only in ensembles", () => {
    const namesOf = (model: NetworkFile) =>
      decodeSafetensors(encodeNetworks(model), "").tensors.map((t) => `${t.name} ${t.shape.join("×")}`);
    expect(namesOf(models["a linear model"])).toEqual(["layers.0.weight 2×4", "layers.0.bias 2"]);
    const pair = (i: number, rows: number) => [
      `layers.${i}.weight_pos ${rows}×5`,
      `layers.${i}.weight_neg ${rows}×5`,
      `layers.${i}.bias ${rows}`,
    ];
    expect(namesOf(models["a ResNet"])).toEqual([
      "layers.0.weight 5×4",
      "layers.0.bias 5",
      ...[1, 2, 3].flatMap((i) => pair(i, 5)),
      ...pair(4, 2),
    ]);
    const ensemble = namesOf(models["an ensemble of different members"]);
    expect(ensemble.slice(0, 4)).toEqual([
      "members.0.layers.0.weight 3×4",
      "members.0.layers.0.bias 3",
      "members.0.layers.1.weight 2×3",
      "members.0.layers.1.bias 2",
    ]);
    expect(ensemble.every((name) => /^members\.[0-3]\.layers\./.test(name))).toBe(true);
  });

  test("names the slopes of a monotone network slopes, and is of version 2 only where there are some", () => {
    const describe = (model: NetworkFile) => {
      const { tensors, metadata } = decodeSafetensors(encodeNetworks(model), "");
      const slopes = tensors.filter(({ name }) => name.endsWith("slopes"));
      return {
        version: JSON.parse(metadata.get("psilon")!).version,
        slopes: slopes.map(({ name, shape }) => `${name} ${shape.join("×")}`),
      };
    };
    expect(describe(models["an MLP"])).toEqual({ version: 1, slopes: [] });
    expect(describe(models["a monotone MLP"])).toEqual({ version: 2, slopes: ["slopes 4"] });
    expect(describe(models["an ensemble of which one is monotone"]).slopes[0]).toMatch(
      /^members\.1\.slopes [1-4]$/,
    );
  });

  test("states which columns of an encoded row feed each member", () => {
    const membersOf = (model: NetworkFile) =>
      JSON.parse(decodeSafetensors(encodeNetworks(model), "").metadata.get("psilon")!).members;
    expect(membersOf(models["an MLP"])).toEqual([
      { architecture: "mlp", layers: ["dense", "dense", "dense"], inputs: [0, 1, 2, 3] },
    ]);
    expect(membersOf(models["a pruned MLP"])[0].inputs).toEqual([1, 3]);
    expect(membersOf(models["an ensemble of different members"])[3]).toEqual({
      architecture: "resnet",
      layers: ["dense", "residual-pair", "residual-pair", "residual-pair", "pair"],
      inputs: [2],
    });
  });

  test("is not made of weights that are not finite", () => {
    const network = mlp([2, 1], () => Number.NaN, draw);
    expect(() => encodeNetworks({ members: [whole(network)], payload: null })).toThrow(
      'The model to be saved holds NaN as number 0 of its tensor "layers.0.weight"',
    );
  });
});

describe("a damaged model file", () => {
  test("is refused with a sentence wherever it is cut off", () => {
    const bytes = encodeNetworks(small);
    for (let length = 0; length < bytes.length; length++) {
      const decode = () => decodeNetworks(bytes.subarray(0, length), "m.safetensors");
      expect(decode).toThrow(InputError);
      expect(decode).toThrow(/^m\.safetensors is truncated: .*\.$/);
    }
  });

  test("is refused with a sentence, or is a model whose shapes fit, whichever bytes are flipped", () => {
    const original = encodeNetworks(small);
    let refused = 0;
    for (let trial = 0; trial < 8_000; trial++) {
      const bytes = original.slice();
      for (let flips = 0; flips <= trial % 3; flips++) {
        bytes[Math.floor(random.next() * bytes.length)] ^= 1 << Math.floor(random.next() * 8);
      }
      try {
        const { members } = decodeNetworks(bytes, "m.safetensors");
        for (const { network, inputs } of members) {
          expect(inputs.length).toBe(network.layers[0].columns);
          const outputs = forward(network, new Float64Array(inputs.length));
          expect(outputs.every(Number.isFinite)).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.message).toMatch(/^m\.safetensors [\s\S]*\.$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2_000);
    expect(refused).toBeLessThan(8_000);
  });

  const tensor = (name: string, shape: number[]): NamedTensor => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const describeAs = (change: object) => ({ description: (json: object) => ({ ...json, ...change }) });
  const member = (change: object) =>
    describeAs({ members: [{ architecture: "mlp", layers: ["dense"], inputs: [0, 1, 2, 3], ...change }] });
  /** What member m shares, said otherwise: added to what it does, where that is an object. */
  const sharing = (m: number, change: object) => ({
    description: (json: { members: { shared: object }[] }) => {
      const { members } = json;
      const said = Array.isArray(change) ? change : { ...members[m].shared, ...change };
      return { ...json, members: members.map((one, k) => (k === m ? { ...one, shared: said } : one)) };
    },
  });
  const linear = models["a linear model"];
  const cases: [string, Uint8Array, string][] = [
    [
      "is no psilon model",
      encodeSafetensors({ tensors: [], metadata: new Map([["format", "pt"]]) }),
      'is a safetensors file, but not a psilon model: its metadata lacks the key "psilon"',
    ],
    [
      "has a description that is not JSON",
      encodeSafetensors({ tensors: [], metadata: new Map([["psilon", "{"]]) }),
      "is damaged: its description is not JSON",
    ],
    [
      "has a description nested without end",
      encodeSafetensors({
        tensors: [],
        metadata: new Map([["psilon", `${"[".repeat(1e6)}${"]".repeat(1e6)}`]]),
      }),
      "is damaged: its description nests lists and objects more than 64 deep",
    ],
    [
      "has no version",
      tampered(linear, describeAs({ version: "1" })),
      "its description should be a JSON object with a version",
    ],
    [
      "shares what it has not",
      tampered(models["a shared ensemble"], sharing(1, { "layers.9.bias": 0 })),
      'its member 1 shares "layers.9.bias", which it has not',
    ],
    [
      "shares with a later member",
      tampered(models["a shared ensemble"], sharing(1, { "layers.0.bias": 2 })),
      "its member 1 should share tensors with earlier members",
    ],
    [
      "shares with no number",
      tampered(models["a shared ensemble"], sharing(2, { "layers.0.bias": "members.0" })),
      "its member 2 should share tensors with earlier members",
    ],
    [
      "shares a list",
      tampered(models["a shared ensemble"], sharing(2, ["layers.0.bias"])),
      "its description should list members",
    ],
    [
      "shares and stores a tensor",
      tampered(models["a shared ensemble"], sharing(1, { "layers.0.weight": 0 })),
      'its tensor "members.1.layers.0.weight" belongs to no layer it describes',
    ],
    [
      "is of a newer version",
      tampered(linear, describeAs({ version: 7 })),
      "is of version 7 of the model format, but this psilon reads versions 1 to 6",
    ],
    [
      "has slopes and two outputs",
      tampered(linear, { tensors: (tensors) => [...tensors, tensor("slopes", [4])] }),
      "slopes belong to a network of one output, but there are 2",
    ],
    ["has no members", tampered(linear, describeAs({ members: [] })), "its description should list members"],
    ["is of no known architecture", tampered(linear, member({ architecture: "cnn" })), "should list members"],
    ["has no layers", tampered(linear, member({ layers: [] })), "should list members"],
    ["mixes layers", tampered(linear, member({ layers: ["dense", "pair"] })), "should list members"],
    [
      "lacks a tensor",
      tampered(linear, { tensors: (tensors) => tensors.slice(0, 1) }),
      'its tensor "layers.0.bias" is missing',
    ],
    [
      "has a tensor too many",
      tampered(linear, { tensors: (tensors) => [...tensors, tensor("layers.1.bias", [1])] }),
      'its tensor "layers.1.bias" belongs to no layer it describes',
    ],
    [
      "has bytes",
      encodeSafetensors({
        ...decodeSafetensors(encodeNetworks(linear), ""),
        bytes: [{ name: "layers.0.mask", shape: [1], data: Uint8Array.of(1) }],
      }),
      'its tensor "layers.0.mask" belongs to no layer it describes',
    ],
    [
      "has a bias of another length",
      tampered(linear, { tensors: replace("layers.0.bias", tensor("layers.0.bias", [3])) }),
      'its tensor "layers.0.bias" has the shape [3], but [2] was expected',
    ],
    [
      "has a weight that is no matrix",
      tampered(linear, { tensors: replace("layers.0.weight", tensor("layers.0.weight", [8])) }),
      'its tensor "layers.0.weight" has the shape [8], but [any, any] was expected',
    ],
    [
      "has an empty matrix",
      tampered(linear, { tensors: replace("layers.0.weight", tensor("layers.0.weight", [2, 0])) }),
      'its tensor "layers.0.weight" has the shape [2, 0]',
    ],
    [
      "has layers that do not fit each other",
      tampered(models["an MLP"], { tensors: replace("layers.1.weight", tensor("layers.1.weight", [5, 7])) }),
      'its tensor "layers.1.weight" has the shape [5, 7], but [any, 6] was expected',
    ],
    [
      "has a residual block that is not square",
      tampered(models["a ResNet"], {
        tensors: replace("layers.1.weight_pos", tensor("layers.1.weight_pos", [4, 5])),
      }),
      'its tensor "layers.1.weight_pos" has the shape [4, 5], but [5, 5] was expected',
    ],
    [
      "has a pair of different shapes",
      tampered(models["a ResNet"], {
        tensors: replace("layers.4.weight_neg", tensor("layers.4.weight_neg", [5, 2])),
      }),
      'its tensor "layers.4.weight_neg" has the shape [5, 2], but [2, 5] was expected',
    ],
    [
      "holds a number that is not finite",
      tampered(linear, {
        tensors: replace("layers.0.bias", { data: Float32Array.of(0, Number.POSITIVE_INFINITY) }),
      }),
      'holds Infinity as number 1 of its tensor "layers.0.bias", but every weight must be finite',
    ],
    [
      "lists too few inputs",
      tampered(linear, member({ inputs: [0, 1] })),
      "its inputs should be 4 ascending column numbers",
    ],
    [
      "lists inputs twice",
      tampered(linear, member({ inputs: [0, 1, 1, 2] })),
      "its inputs should be 4 ascending",
    ],
    [
      "lists negative inputs",
      tampered(linear, member({ inputs: [-1, 0, 1, 2] })),
      "its inputs should be 4 ascending",
    ],
    [
      "lists inputs that are no numbers",
      tampered(linear, member({ inputs: "0123" })),
      "its inputs should be 4 ascending",
    ],
    [
      "has members with different outputs",
      encodeNetworks({
        members: [whole(mlp([2, 1], draw, draw)), whole(mlp([2, 3], draw, draw))],
        payload: 0,
      }),
      "its members should have the same number of outputs, but have 1, 3",
    ],
  ];
  test.each(cases)("says so where it %s", (_, bytes, message) => {
    const decode = () => decodeNetworks(bytes, "m.safetensors");
    expect(decode).toThrow(InputError);
    expect(decode).toThrow(/^m\.safetensors .*\.$/);
    expect(decode).toThrow(message);
  });
});

describe.skipIf(!hasNumpy)("the reader in docs/model-format.md (needs python3 with numpy)", () => {
  test.each(names)("reads and computes the same outputs from %s", (name) => {
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 4 }, normals(random, 2)));
    const { outputs, payload } = runReader(
      encodeNetworks(models[name]),
      rows,
      `x = np.array(given)
members = range(len(description["members"]))
result = {"outputs": [forward(description, tensors, m, x).tolist() for m in members], "payload": description["payload"]}`,
    ) as { outputs: number[][][]; payload: unknown };
    expect(payload).toEqual(models[name].payload);
    models[name].members.forEach(({ network, inputs }, m) => {
      rows.forEach((row, r) => {
        const expected = forward(
          network,
          Array.from(inputs, (j) => row[j]),
        );
        expected.forEach((value, k) => {
          expect(Math.abs(outputs[m][r][k] - value)).toBeLessThan(1e-10 * Math.max(1, Math.abs(value)));
        });
      });
    });
  });
});
