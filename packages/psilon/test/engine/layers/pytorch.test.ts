import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import type { LayerSpec } from "../../../src/engine/layers/kinds.ts";
import type { Shape } from "../../../src/engine/layers/shape.ts";
import { createSequential } from "../../../src/engine/networks/sequential.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { relativeError } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";

const python = ["python3", "/usr/bin/python3"].find(
  (path) => spawnSync(path, ["-c", "import torch"]).status === 0,
);

interface Case {
  readonly n: number;
  readonly shape: Shape;
  readonly spec: LayerSpec;
}

const convolution = (shape: Shape, channels: number, size: number, more = {}): Case => ({
  n: 3,
  shape,
  spec: { layer: "convolution", weight: "plain", channels, size, ...more },
});

const convolutions = [
  convolution([9, 7, 3], 4, 3),
  convolution([8, 8, 4], 6, 3, { stride: 2, padding: 1 }),
  convolution([7, 10, 6], 4, 5, { padding: 2, groups: 2 }),
  convolution([11, 6, 5], 5, 4, { stride: 3, padding: 3, groups: 5 }),
  convolution([5, 6, 3], 2, 1, { stride: 2 }),
];

const attention = (n: number, tokens: number, features: number, heads: number): Case => ({
  n,
  shape: [tokens, features],
  spec: { layer: "attention", weight: "plain", heads },
});

const attentions = [
  attention(1, 1, 8, 2),
  attention(3, 49, 32, 4),
  attention(2, 17, 6, 1),
  attention(2, 5, 6, 6),
];

const cases = [...convolutions, ...attentions];

/** The layer with its values for a case, after learned positions of 0: so that something asks for the slope of what it reads. */
function place(backend: Backend, { n, shape, spec }: Case) {
  const random = createRandom(8);
  const layers = [{ layer: "learned-positions" }, spec] as const;
  const network = createSequential(backend, { input: shape, layers }, n, random);
  const [positions, ...parameters] = network.parameters;
  positions.raw.data.fill(0);
  const tensors = [network.input, ...parameters.map(({ raw }) => raw), network.outputDelta];
  for (const { data } of tensors) data.set(data.map(() => 0.5 * normal(random)));
  const slopes = network.outputDelta.data.slice();
  return { network, parameters, slopes };
}

/** What is written, and the gradients of Σ slope·written by the batch and by the parameters in their order. */
interface Found {
  readonly written: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

/** What PyTorch finds, for all cases in one process. */
function pytorch(backend: Backend): Found[] {
  const given = cases.map((one) => {
    const mark = backend.arena.mark();
    const { network, parameters, slopes } = place(backend, one);
    const plain = {
      spec: one.spec,
      shape: [one.n, ...one.shape],
      x: [...network.input.data],
      w: parameters.map(({ raw }) => [...raw.data]),
      slopes: [...slopes],
    };
    backend.arena.release(mark);
    return plain;
  });
  const script = `import json, sys, torch

def convolution(x, w, b, channels, size, stride=1, padding=0, groups=1, **_):
    kernels = w.reshape(channels, size, size, x.shape[3] // groups).permute(0, 3, 1, 2)
    y = torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), kernels, b, stride, padding, groups=groups)
    return y.permute(0, 2, 3, 1)

def attention(x, q, k, v, out, b, heads, **_):
    d = x.shape[2]
    q, k, v, out = (m.reshape(d, d) for m in (q, k, v, out))
    x = x.transpose(0, 1)
    y, _ = torch.nn.functional.multi_head_attention_forward(
        x, x, x, d, heads, None, None, None, None, False, 0.0, out, b, need_weights=False,
        use_separate_proj_weight=True, q_proj_weight=q, k_proj_weight=k, v_proj_weight=v)
    return y.transpose(0, 1)

found = []
for one in json.load(sys.stdin):
    x = torch.tensor(one["x"]).reshape(one["shape"]).requires_grad_()
    w = [torch.tensor(v).requires_grad_() for v in one["w"]]
    layer = convolution if one["spec"]["layer"] == "convolution" else attention
    y = layer(x, *w, **one["spec"]).reshape(-1)
    (y * torch.tensor(one["slopes"])).sum().backward()
    found.append({"written": y.tolist(), "gradients": [v.grad.reshape(-1).tolist() for v in [x, *w]]})
print(json.dumps(found))`;
  const { stdout, stderr } = spawnSync(python!, ["-c", script], {
    input: JSON.stringify(given),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe.skipIf(!python)("Beside PyTorch (needs python3 with torch)", () => {
  let backends: { name: string; backend: Backend }[];
  let references: Found[];
  beforeAll(async () => {
    backends = await everyBackend();
    references = pytorch(backends[0].backend);
  }, 60_000);

  function compare(one: Case): void {
    const expected = references[cases.indexOf(one)];
    for (const { name, backend } of backends) {
      const mark = backend.arena.mark();
      const { network, parameters, slopes } = place(backend, one);
      network.forward(one.n);
      const written = network.output.data.slice();
      network.outputDelta.data.set(slopes);
      network.backward(one.n);
      const gradients = [network.bound[0].output.delta, ...parameters.map(({ gradient }) => gradient)];
      expect(relativeError(written, expected.written), `output on ${name}`).toBeLessThan(1e-6);
      gradients.forEach(({ data }, k) => {
        const error = relativeError(data, expected.gradients[k]);
        expect(error, `gradient ${k} on ${name}`).toBeLessThan(3e-6);
      });
      backend.arena.release(mark);
    }
  }

  test.each(convolutions)("$spec of $shape is torch.nn.functional.conv2d, with its gradient", compare);
  test.each(attentions)(
    "$spec of $n × $shape is torch.nn.functional.multi_head_attention_forward, with its gradient",
    compare,
  );
});
