import { shortName } from "../render/text.js";
import { svgOf, VEGA_LITE } from "../svg.js";
import { type Html, html, shownText } from "./html.js";

/** A picture with what it says in words and in numbers. */
export interface Chart {
  /** Unlike all others of the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, for whoever does not see it. */
  readonly description: string;
  /** A Vega-Lite specification, without its title. Names are sorted by their place among its values: lists of them would become expressions. */
  readonly specification: object;
  /** The same numbers as a table, which is unfolded on demand; none where one stands beside the picture. */
  readonly numbers?: Html;
}

/** Told apart by lightness, and in each chart by dashes or shapes as well, so that a print without colours says the same. */
export const INKS = ["#0b3c6f", "#b3541e", "#5a5a5a", "#2f7d4f", "#8a6fb0", "#a08000"];
export const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 4]];
export const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/** How bars look. */
export const BAR = {
  type: "bar",
  color: "#9db4cf",
  stroke: INKS[0],
  strokeWidth: 0.8,
  height: { band: 0.7 },
};

const FONT = "Helvetica, Arial, sans-serif";

/** How all charts look. Without Vega's own names for parts of a picture: the whole has one. */
const config = {
  aria: false,
  font: FONT,
  background: "white",
  view: { stroke: "#999999" },
  axis: {
    labelColor: "#222222",
    titleColor: "#222222",
    gridColor: "#dddddd",
    labelLimit: 260,
    titleFontWeight: "normal",
    labelFontSize: 11,
    titleFontSize: 11,
  },
  legend: {
    labelColor: "#222222",
    titleColor: "#222222",
    labelLimit: 300,
    orient: "bottom",
    direction: "vertical",
    symbolStrokeWidth: 2,
    symbolSize: 90,
  },
  range: { category: INKS, symbol: SHAPES },
};

export async function chart({ id, title, description, specification, numbers }: Chart): Promise<Html> {
  const svg = await svgOf({
    $schema: VEGA_LITE,
    config,
    ...specification,
  });
  return html`<figure>
<figcaption>${title}</figcaption>
${named(svg, id, title, description)}
${numbers ? html`<details><summary>The numbers</summary>\n${numbers}</details>\n` : ""}</figure>
`;
}

/** A picture as markup of a page: with a name and a description, and without what only files of their own need. */
export function named(svg: string, id: string, title: string, description: string): Html {
  const inner = svg.replace(/^<svg[^>]*>/, "").replace(/<\/svg>$/, "");
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const viewBox = /viewBox="([^"]*)"/.exec(svg)?.[1] ?? "";
  return html`<svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text" width="${width}" height="${height}" viewBox="${viewBox}"><title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>${{ markup: inner }}</svg>`;
}

/** Letters of a label that a chart has room for: of its beginning and its end, or of its beginning and from where it differs. */
const LABEL = { first: 15, last: 12 };
const PART = { first: 7, rest: 19 };

/**
 * What columns, classes or values are called, as marks or labels of a chart have it: long names without their middles, since they may begin
 * alike; those that differ in their middles with these; and those that then are the same with their places, since a chart takes them for one.
 */
export function labels(texts: readonly string[]): string[] {
  const names = texts.map(shownText);
  const cut = names.map((name) => shortName(name, LABEL));
  const parts = names.map((name, i) => {
    const alike = names.filter((other, j) => cut[j] === cut[i] && other !== name);
    return alike.length === 0 ? cut[i] : whereTheyDiffer(name, alike);
  });
  return parts.map((text, i) =>
    parts.indexOf(text) === parts.lastIndexOf(text) ? text : `${text} (${i + 1})`,
  );
}

/** The beginning of a name and, from the word before, what follows on the letters that all these names begin with. */
function whereTheyDiffer(name: string, others: readonly string[]): string {
  const letters = [...name];
  const apart = letters.findIndex((_, i) => others.some((other) => [...other][i] !== letters[i]));
  const word = letters.lastIndexOf(" ", apart - 2) + 1;
  const from = apart - word < PART.rest / 2 ? word : apart;
  const rest = letters.slice(from, from + PART.rest).join("");
  return `${letters.slice(0, PART.first).join("")}…${rest}${from + PART.rest < letters.length ? "…" : ""}`;
}
