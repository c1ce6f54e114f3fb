import type { ExportPlan, PlanLayer, PlanMember } from "../plan.js";
import { base64Of, listed, quoted } from "./literals.js";

/** The networks as matrices column by column, which a loop goes through: an input or a unit that is 0 costs nothing. */
export const loopedNetworks = ({
  members,
  inputs,
}: ExportPlan): string => `const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Numbers of 32 bits, little-endian. */
function floats(text) {
  const view = new DataView(bytes(text).buffer);
  return Float64Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/**
 * A matrix column by column: the weights of column j, from starts[j] up to starts[j + 1], stand in these rows. A gap is how many zeros
 * lie before a weight, and 255 that there are at least so many and no weight behind them; without gaps there are no zeros.
 */
function matrix(rowCount, columnCount, weightText, gapText) {
  const weights = floats(weightText);
  const rows = new Uint32Array(weights.length);
  const starts = new Uint32Array(columnCount + 1);
  const gaps = gapText === null ? new Uint8Array(weights.length) : bytes(gapText);
  let place = 0;
  let k = 0;
  for (const gap of gaps) {
    place += gap;
    if (gap === 255) continue;
    rows[k++] = place % rowCount;
    starts[Math.floor(place / rowCount) + 1]++;
    place++;
  }
  for (let j = 0; j < columnCount; j++) starts[j + 1] += starts[j];
  return { rows, starts, weights };
}

/** y = W·a(x) + b, plus x where \`residual\`: a(x) is x, max(x, 0), or for "crelu" max(x, 0) followed by min(x, 0). */
const layer = (activation, residual, bias, w) => ({ activation, residual, bias: floats(bias), w, y: new Float64Array(floats(bias)) });

const networks = [
${members.map((member) => memberCode(member, inputs)).join("\n")}
];

/** to += W·a(from). */
function multiply({ rows, starts, weights }, activation, from, to) {
  const size = from.length;
  for (let j = 0; j < starts.length - 1; j++) {
    const value =
      activation === "none" ? from[j] : j < size ? Math.max(from[j], 0) : Math.min(from[j - size], 0);
    if (value === 0) continue;
    const end = starts[j + 1];
    for (let k = starts[j]; k < end; k++) to[rows[k]] += weights[k] * value;
  }
}

/** Adds what each network says of the inputs to the outputs. */
function addOutputs() {
  for (const { layers, slopes } of networks) {
    let from = x;
    for (const { activation, residual, bias, w, y } of layers) {
      y.set(bias);
      if (residual) for (let i = 0; i < y.length; i++) y[i] += from[i];
      multiply(w, activation, from, y);
      from = y;
    }
    if (slopes !== null) multiply(slopes, "none", x, from);
    for (let k = 0; k < outputs.length; k++) outputs[k] += Math.fround(from[k]);
  }
}`;

function memberCode({ inputs: places, layers, slopes }: PlanMember, inputs: number): string {
  const all = layers.map((layer, l) => (l === 0 ? spread(layer, places, inputs) : layer));
  const shown = all.map(
    (layer) =>
      `      layer(${quoted(layer.activation)}, ${layer.residual}, ${quoted(base64Of(layer.bias))}, ${matrixCode(layer)}),`,
  );
  const linear = slopes && spread({ rows: 1, columns: slopes.length, weight: slopes }, places, inputs);
  return `  {\n    layers: [\n${shown.join("\n")}\n    ],\n    slopes: ${linear ? matrixCode(linear) : "null"},\n  },`;
}

type Matrix = Pick<PlanLayer, "rows" | "columns" | "weight">;

/** The matrix over all inputs of the model, of which it reads those at `places`. */
function spread<M extends Matrix>(matrix: M, places: readonly number[], inputs: number): M {
  const { rows, columns, weight } = matrix;
  const spreadWeight = new Float32Array(rows * inputs);
  weight.forEach((value, at) => {
    spreadWeight[Math.floor(at / columns) * inputs + places[at % columns]] = value;
  });
  return { ...matrix, columns: inputs, weight: spreadWeight };
}

function matrixCode({ rows, columns, weight }: Matrix): string {
  const kept: number[] = [];
  const gaps: number[] = [];
  let gap = 0;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      const value = weight[i * columns + j];
      if (value === 0) {
        if (++gap === 255) {
          gaps.push(gap);
          gap = 0;
        }
        continue;
      }
      kept.push(value);
      gaps.push(gap);
      gap = 0;
    }
  }
  // With its gap a weight takes five bytes, without gaps each place four.
  const isDense = 4 * rows * columns <= 4 * kept.length + gaps.length;
  const all = Array.from(
    { length: rows * columns },
    (_, at) => weight[(at % rows) * columns + Math.floor(at / rows)],
  );
  const texts = isDense
    ? [quoted(base64Of(Float32Array.from(all))), "null"]
    : [quoted(base64Of(Float32Array.from(kept))), quoted(base64Of(Uint8Array.from(gaps)))];
  return `matrix(${listed([rows, columns, ...texts]).slice(1, -1)})`;
}
