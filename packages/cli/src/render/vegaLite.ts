/** The version that specifications of charts are written in. */
export const VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json";
