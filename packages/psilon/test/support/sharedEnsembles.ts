import type { Backend } from "../../src/engine/backend/backend.ts";
import { createNetwork } from "../../src/engine/networks/create.ts";
import type { Network } from "../../src/engine/networks/network.ts";
import { createPenalty } from "../../src/engine/penalties/create.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { evaluateLoss } from "../../src/engine/training/loss.ts";
import { objective } from "./float64.ts";
import { type LayerValues, type Problem, randomProblem, randomValues } from "./problem.ts";

/** A shared ensemble at one point: what its members share, and each one's own. */
export interface SharedProblem {
  /** Of one member, without factors; its first layer's V and its last layer are those of no member. */
  readonly common: Problem;
  /** The members' rows, n of each. */
  readonly rows: readonly Pick<Problem, "x" | "y">[];
  /** r, members × inputs. */
  readonly adapters: Float32Array;
  readonly heads: readonly LayerValues<Float32Array>[];
}

/** What is trained of a shared ensemble. */
export interface SharedValues {
  readonly adapters: Float32Array | Float64Array;
  readonly shared: readonly LayerValues[];
  readonly heads: readonly LayerValues[];
}

/** V⊙r^m. */
function weighed(raw: LayerValues["raw"], factors: ArrayLike<number>) {
  return Float64Array.from(raw, (v, k) => v * factors[k % factors.length]);
}

/** The plain network that member m is: the definition of a shared ensemble. */
export function memberProblem(
  { common, rows }: Pick<SharedProblem, "common" | "rows">,
  m: number,
  values: SharedValues,
): Problem & { values: LayerValues[] } {
  const { inputs } = common.spec;
  const factors = values.adapters.subarray(m * inputs, (m + 1) * inputs);
  const [first, ...inner] = values.shared;
  return {
    ...common,
    ...rows[m],
    values: [{ ...first, raw: weighed(first.raw, factors) }, ...inner, values.heads[m]],
  } as Problem & { values: LayerValues[] };
}

export const valuesOf = ({ common, adapters, heads }: SharedProblem): SharedValues => ({
  adapters,
  shared: common.values.slice(0, -1),
  heads,
});

/** A random one away from the kinks of ReLU in every member. */
export function randomShared(
  options: Parameters<typeof randomProblem>[0],
  members: number,
  random: Random,
): SharedProblem {
  for (;;) {
    const draws = Array.from({ length: members }, () => randomProblem(options));
    const problem: SharedProblem = {
      common: draws[0],
      rows: draws.map(({ x, y }) => ({ x, y })),
      adapters: Float32Array.from(
        { length: members * options.spec.inputs },
        () => Math.sign(normal(random)) * (0.5 + random.next()),
      ),
      heads: draws.map(() => randomValues(options.spec, random).slice(-1)[0]),
    };
    const found = draws.map((_, m) => {
      const { values, ...member } = memberProblem(problem, m, valuesOf(problem));
      return objective({ ...member, values: draws[0].values }, values);
    });
    if (found.every(({ margin }) => margin > 2e-6)) return problem;
  }
}

/** Puts the problem's numbers in place. */
export function placeShared(backend: Backend, problem: SharedProblem): Network {
  const { common, rows, adapters, heads } = problem;
  const members = rows.length;
  const spec = { ...common.spec, members };
  const network = createNetwork(backend, spec, members * common.n, createRandom(1));
  network.parameters[0].raw.data.set(adapters);
  [...common.values.slice(0, -1), ...heads].forEach(({ raw, lengths, bias }, l) => {
    const { weight, bias: into } = network.layers[l];
    weight.raw.data.set(raw);
    if (lengths) weight.lengths!.data.set(lengths);
    into.data.set(bias);
    weight.normalize();
  });
  rows.forEach(({ x }, m) => {
    network.input.data.set(x, m * x.length);
  });
  return network;
}

/** The engine's value and gradient of ½·loss + ½·λ·penalty. */
export function sharedGradients(
  backend: Backend,
  problem: SharedProblem,
): { value: number; output: Float32Array; gradients: SharedValues } {
  const { common, rows, heads } = problem;
  const mark = backend.arena.mark();
  const network = placeShared(backend, problem);
  const n = rows.length * common.n;
  const targets = rows.flatMap(({ y }) => [...y]);
  const y = backend.arena.from(targets, n, targets.length / n);
  const penalty = createPenalty(backend, network, common.penalty, common.form);
  if (penalty?.on === "steps") throw new Error("The penalty has no gradient.");
  network.forward(n);
  const loss = evaluateLoss(backend, network, common.loss, n, y, null);
  network.backward(n);
  if (penalty?.on === "weights") penalty.addGradient(common.lambda / 2);
  for (const parameter of network.parameters) parameter.reduce();
  if (penalty?.on === "lengths") penalty.addGradient(common.lambda / 2);
  const value = (0.5 * loss) / n + 0.5 * common.lambda * (penalty?.value() ?? 0);
  const found = network.layers.map(({ weight, biasGradient }) => {
    weight.pullback();
    return {
      raw: weight.gradient.data.slice(),
      lengths: weight.lengthGradient?.data.slice() ?? null,
      bias: biasGradient.data.slice(),
    };
  });
  const gradients = {
    adapters: network.parameters[0].gradient.data.slice(),
    shared: found.slice(0, -heads.length),
    heads: found.slice(-heads.length),
  };
  const output = network.output.data.slice(0, n * common.spec.outputs);
  backend.arena.release(mark);
  return { value, output, gradients };
}

/** What the members' gradients come to by the chain rule, for a mean of theirs. */
export function gatherGradients(
  { common, adapters }: SharedProblem,
  perMember: readonly (readonly LayerValues[])[],
): SharedValues {
  const { inputs } = common.spec;
  const count = perMember.length;
  const mean = (of: (layers: readonly LayerValues[], m: number) => LayerValues["raw"]) =>
    perMember
      .map((layers, m) => Array.from(of(layers, m), (value) => value / count))
      .reduce((sum, part) => sum.map((value, k) => value + part[k]));
  const factors = (m: number) => adapters.subarray(m * inputs, (m + 1) * inputs);
  const { raw: v } = common.values[0];
  const scaled = ({ raw, lengths, bias }: LayerValues): LayerValues => ({
    raw: Float64Array.from(raw, (value) => value / count),
    lengths: lengths && Float64Array.from(lengths, (value) => value / count),
    bias: Float64Array.from(bias, (value) => value / count),
  });
  return {
    adapters: Float64Array.from(adapters, (_, k) => {
      const { raw } = perMember[Math.floor(k / inputs)][0];
      let sum = 0;
      for (let at = k % inputs; at < v.length; at += inputs) sum += (raw[at] * v[at]) / count;
      return sum;
    }),
    shared: common.values.slice(0, -1).map(({ lengths }, l) => ({
      raw: Float64Array.from(
        mean((layers, m) => (l === 0 ? weighed(layers[0].raw, factors(m)) : layers[l].raw)),
      ),
      lengths: lengths && Float64Array.from(mean((layers) => layers[l].lengths!)),
      bias: Float64Array.from(mean((layers) => layers[l].bias)),
    })),
    heads: perMember.map((layers) => scaled(layers[layers.length - 1])),
  };
}

/** Every tensor with its name. */
export function namedTensors({ adapters, shared, heads }: SharedValues) {
  const ofLayer = ({ raw, lengths, bias }: LayerValues, name: string) => [
    { name: `V of ${name}`, values: raw },
    ...(lengths ? [{ name: `g of ${name}`, values: lengths }] : []),
    { name: `b of ${name}`, values: bias },
  ];
  return [
    { name: "r", values: adapters },
    ...shared.flatMap((layer, l) => ofLayer(layer, `layer ${l}`)),
    ...heads.flatMap((layer, m) => ofLayer(layer, `head ${m}`)),
  ];
}
