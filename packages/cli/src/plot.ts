import { InputError } from "psilon";
import { openOutput } from "./output.js";
import { svgOf } from "./svg.js";

/** A picture to be drawn at the end of a command, its two files known from the beginning to be writable. */
export interface Plot {
  readonly path: string;
  /** Writes the Vega-Lite specification beside the picture, then the picture. */
  draw(specification: object): Promise<void>;
}

/** `flag`: the option that names it. Throws InputError for a name that is none of an SVG file, and as `openOutput` does. */
export async function openPlot(path: string, inputs: readonly string[], flag = "--plot"): Promise<Plot> {
  if (!/[^/]\.svg$/i.test(path)) {
    throw new InputError({
      code: "wrong-type",
      found: `The option ${flag} takes the name of an SVG file, such as curves.svg, but "${path}" was given`,
      value: path,
    });
  }
  const picture = await openOutput(flag, path, inputs);
  const chart = await openOutput(flag, path.replace(/\.svg$/i, ".vl.json"), inputs);
  return {
    path,
    async draw(specification) {
      await chart.write(`${JSON.stringify(specification)}\n`);
      await picture.write(await svgOf(specification));
    },
  };
}
