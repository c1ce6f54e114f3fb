import type { OnnxModel, OnnxNode, OnnxTensor } from "../../src/formats/onnx/model.ts";

/** Numbers in float64, row-major. */
interface Tensor {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

const sizeOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

function tensorOf(tensor: OnnxTensor): Tensor {
  if (tensor.type === "string") throw new Error("Texts are not computed with.");
  return { dims: tensor.dims, data: Array.from(tensor.data as ArrayLike<number | bigint>, Number) };
}

/** The element of a tensor at an index of the shape that it is stretched to. */
function at({ dims, data }: Tensor, index: readonly number[]): number {
  let place = 0;
  dims.forEach((size, d) => {
    const i = index[index.length - dims.length + d];
    place = place * size + (size === 1 ? 0 : i);
  });
  return data[place];
}

function* indicesOf(dims: readonly number[]): Generator<number[]> {
  for (let place = 0; place < sizeOf(dims); place++) {
    let rest = place;
    const index = dims.map(() => 0);
    for (let d = dims.length - 1; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest = Math.floor(rest / dims[d]);
    }
    yield index;
  }
}

function elementwise(a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  const rank = Math.max(a.dims.length, b.dims.length);
  const dims = Array.from({ length: rank }, (_, d) => {
    const [m, n] = [a, b].map((one) => one.dims[d - rank + one.dims.length] ?? 1);
    return m === 1 ? n : m;
  });
  return { dims, data: Array.from(indicesOf(dims), (index) => f(at(a, index), at(b, index))) };
}

function transpose(a: Tensor, perm: readonly number[]): Tensor {
  const dims = perm.map((axis) => a.dims[axis]);
  return {
    dims,
    data: Array.from(indicesOf(dims), (index) => {
      const own = a.dims.map(() => 0);
      perm.forEach((axis, d) => {
        own[axis] = index[d];
      });
      return at(a, own);
    }),
  };
}

function matmul(a: Tensor, b: Tensor): Tensor {
  const left = a.dims.length === 1 ? { ...a, dims: [1, a.dims[0]] } : a;
  const right = b.dims.length === 1 ? { ...b, dims: [b.dims[0], 1] } : b;
  const inner = right.dims[0];
  const dims = [...left.dims.slice(0, -1), right.dims[1]];
  const data = Array.from(indicesOf(dims), (index) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += at(left, [...index.slice(0, -1), k]) * at(right, [k, index[index.length - 1]]);
    }
    return sum;
  });
  const shape = [
    ...(a.dims.length === 1 ? [] : dims.slice(0, -1)),
    ...(b.dims.length === 1 ? [] : dims.slice(-1)),
  ];
  return { dims: shape, data };
}

/** What a node computes, from the operators' documentation (https://onnx.ai/onnx/operators), for numbers that are known. */
function compute({ op, attributes }: OnnxNode, inputs: readonly (Tensor | undefined)[]): Tensor {
  const own = <T>(name: string, none: T): T =>
    (attributes.find((attribute) => attribute.name === name)?.value as T | undefined) ?? none;
  const [x, y, z] = inputs as readonly Tensor[];
  const map = (f: (v: number) => number): Tensor => ({ dims: x.dims, data: x.data.map(f) });
  const number = (place: number, name: string, none: number) => inputs[place]?.data[0] ?? own(name, none);
  switch (op) {
    case "Identity":
    case "Dropout":
      return x;
    case "Cast":
      return [6, 7].includes(own<number>("to", 0)) ? map(Math.trunc) : x;
    case "Relu":
      return map((v) => Math.max(v, 0));
    case "LeakyRelu":
      return map((v) => (v < 0 ? own("alpha", 0.01) * v : v));
    case "Clip":
      return map((v) => Math.min(Math.max(v, number(1, "min", -Infinity)), number(2, "max", Infinity)));
    case "Sigmoid":
      return map((v) => 1 / (1 + Math.exp(-v)));
    case "Softmax": {
      const most = Math.max(...x.data);
      const all = x.data.map((v) => Math.exp(v - most));
      const total = all.reduce((sum, v) => sum + v, 0);
      return { dims: x.dims, data: all.map((v) => v / total) };
    }
    case "Add":
      return elementwise(x, y, (a, b) => a + b);
    case "Sub":
      return elementwise(x, y, (a, b) => a - b);
    case "Mul":
      return elementwise(x, y, (a, b) => a * b);
    case "Div":
      return elementwise(x, y, (a, b) => a / b);
    case "MatMul":
      return matmul(x, y);
    case "Gemm": {
      const side = (tensor: Tensor, flag: string) => (own(flag, 0) ? transpose(tensor, [1, 0]) : tensor);
      const both = matmul(side(x, "transA"), side(y, "transB"));
      const scaled = { ...both, data: both.data.map((v) => own("alpha", 1) * v) };
      return z ? elementwise(scaled, z, (a, b) => a + own("beta", 1) * b) : scaled;
    }
    case "BatchNormalization": {
      const [scale, shift, mean, variance] = (inputs.slice(1) as Tensor[]).map((one) => ({
        ...one,
        dims: [one.data.length, ...x.dims.slice(2).map(() => 1)],
      }));
      const root = { ...variance, data: variance.data.map((v) => Math.sqrt(v + own("epsilon", 1e-5))) };
      const normal = elementwise(
        elementwise(x, mean, (a, b) => a - b),
        root,
        (a, b) => a / b,
      );
      return elementwise(
        elementwise(normal, scale, (a, b) => a * b),
        shift,
        (a, b) => a + b,
      );
    }
    case "Scaler": {
      const of = (name: string) => ({
        dims: [own<number[]>(name, []).length],
        data: own<number[]>(name, []),
      });
      return elementwise(
        elementwise(x, of("offset"), (a, b) => a - b),
        of("scale"),
        (a, b) => a * b,
      );
    }
    case "Flatten": {
      const axis = (own("axis", 1) + x.dims.length + (own("axis", 1) < 0 ? 0 : -x.dims.length)) | 0;
      return { ...x, dims: [sizeOf(x.dims.slice(0, axis)), sizeOf(x.dims.slice(axis))] };
    }
    case "Reshape": {
      const asked = y.data.map((size, d) => (size === 0 ? x.dims[d] : size));
      const rest = x.data.length / sizeOf(asked.filter((size) => size !== -1));
      return { ...x, dims: asked.map((size) => (size === -1 ? rest : size)) };
    }
    case "Transpose":
      return transpose(
        x,
        own(
          "perm",
          x.dims.map((_, d) => x.dims.length - 1 - d),
        ),
      );
    case "Squeeze": {
      const axes = y?.data ?? own<number[] | null>("axes", null);
      return { ...x, dims: x.dims.filter((size, d) => (axes ? !axes.includes(d) : size !== 1)) };
    }
    case "Unsqueeze": {
      const dims = [...x.dims];
      for (const axis of y?.data ?? own<number[]>("axes", [])) dims.splice(axis, 0, 1);
      return { ...x, dims };
    }
    case "Concat": {
      const axis = own("axis", 0);
      const all = inputs as readonly Tensor[];
      const dims = x.dims.map((size, d) =>
        d === axis ? all.reduce((sum, one) => sum + one.dims[d], 0) : size,
      );
      return {
        dims,
        data: Array.from(indicesOf(dims), (index) => {
          let rest = index[axis];
          const from = all.find((one) => {
            if (rest < one.dims[axis]) return true;
            rest -= one.dims[axis];
            return false;
          })!;
          return at(
            from,
            index.map((i, d) => (d === axis ? rest : i)),
          );
        }),
      };
    }
    case "Constant":
      return tensorOf(
        own<OnnxTensor>("value", { name: "", dims: [], type: "float", data: new Float32Array(1) }),
      );
    default:
      throw new Error(`The operator ${op} is not interpreted.`);
  }
}

/** What the graph answers for one row, its inputs one after the other, in float64: node by node, with nothing folded. */
export function interpret({ graph }: OnnxModel, row: readonly number[]): number[] {
  const values = new Map<string, Tensor>(graph.initializers.map((tensor) => [tensor.name, tensorOf(tensor)]));
  let first = 0;
  for (const { name, shape } of graph.inputs) {
    if (values.has(name)) continue;
    const dims = (shape ?? []).map((size) => (typeof size === "number" && size > 0 ? size : 1));
    values.set(name, { dims, data: row.slice(first, first + sizeOf(dims)) });
    first += sizeOf(dims);
  }
  for (const node of graph.nodes) {
    values.set(
      node.outputs[0],
      compute(
        node,
        node.inputs.map((name) => values.get(name)),
      ),
    );
  }
  return [...values.get(graph.outputs[0].name)!.data];
}
