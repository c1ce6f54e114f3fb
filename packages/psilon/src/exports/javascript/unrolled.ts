import type { ExportPlan, PlanLayer, PlanMember } from "../plan.js";
import { shortest } from "./literals.js";

/** The networks written out, a line for each unit: without loops and without zeros, the fastest where weights are few. */
export const unrolledNetworks = ({ members }: ExportPlan): string =>
  `${members.map(networkCode).join("\n\n")}

/** Adds what each network says of the inputs to the outputs. */
function addOutputs() {
${members.map((_, m) => `  network${m}();`).join("\n")}
}`;

function networkCode(member: PlanMember, m: number): string {
  const { layers } = member;
  const last = layers.length - 1;
  const lines: string[] = [];
  // Back from the outputs, so that what nothing reads is not computed.
  let read = new Set(Array.from({ length: layers[last].rows }, (_, i) => `h${last}_${i}`));
  for (let l = last; l >= 0; l--) {
    const units = unitsOf(member, l, read);
    lines.unshift(...units.map(({ code }) => code));
    read = new Set(units.flatMap(({ reads }) => reads));
  }
  const outputs = Array.from(
    { length: layers[last].rows },
    (_, k) => `  outputs[${k}] += Math.fround(h${last}_${k});`,
  );
  return `function network${m}() {\n${[...lines, ...outputs].join("\n")}\n}`;
}

/**
 * The units of layer l of which something is read, and what they read. `h0_1` is unit 1 of the first layer, `p0_1` what is positive of it
 * and `n0_1` what is negative.
 */
function unitsOf({ inputs, layers, slopes }: PlanMember, l: number, read: ReadonlySet<string>) {
  const layer = layers[l];
  return Array.from({ length: layer.rows }, (_, i) => {
    const wanted = ["h", "p", "n"].filter((part) => read.has(`${part}${l}_${i}`));
    if (wanted.length === 0) return { code: "", reads: [] };
    const terms = termsOf(layer, l, i, inputs);
    if (slopes && l === layers.length - 1) {
      terms.push(...Array.from(slopes, (slope, j): Term => ({ factor: slope, of: `x[${inputs[j]}]` })));
    }
    const some = terms.filter(({ factor }) => factor !== 0);
    const sum = `${shortest(layer.bias[i])}${some.map(shownTerm).join("")}`;
    const isNamed = wanted.length > 1 || wanted[0] === "h";
    const whole = isNamed ? `h${l}_${i}` : sum;
    const code = [
      ...(isNamed ? [`${whole} = ${sum}`] : []),
      ...wanted.flatMap((part) =>
        part === "h" ? [] : [`${part}${l}_${i} = Math.${part === "p" ? "max" : "min"}(${whole}, 0)`],
      ),
    ].map((one) => `  const ${one};`);
    return { code: code.join("\n"), reads: some.map(({ of }) => of) };
  }).filter(({ code }) => code !== "");
}

interface Term {
  readonly factor: number;
  readonly of: string;
}

const shownTerm = ({ factor, of }: Term): string => {
  const size = shortest(Math.abs(factor));
  return ` ${factor < 0 ? "-" : "+"} ${size === "1" ? "" : `${size} * `}${of}`;
};

/** Those of row i, zeros among them. */
function termsOf(layer: PlanLayer, l: number, i: number, inputs: readonly number[]): Term[] {
  const { activation, residual, columns, weight } = layer;
  const width = activation === "crelu" ? columns / 2 : columns;
  const terms = Array.from({ length: columns }, (_, j): Term => {
    const part = activation === "none" ? "h" : j < width ? "p" : "n";
    const of = l === 0 ? `x[${inputs[j]}]` : `${part}${l - 1}_${j % width}`;
    return { factor: weight[i * columns + j], of };
  });
  if (residual) terms.push({ factor: 1, of: `h${l - 1}_${i}` });
  return terms;
}
