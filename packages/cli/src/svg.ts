/** The version that specifications of charts are written in. */
export const VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json";

/** The size of one chart among several. */
export const PANEL = { width: 360, height: 220 };

/** The picture that a Vega-Lite specification describes. The library behind it is loaded now, since few commands draw. */
export async function svgOf(specification: object): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec } = compile(specification as Parameters<typeof compile>[0]);
  return new View(parse(spec), { renderer: "none" }).toSVG();
}
