import { type Html, html, type Part } from "./html.js";

/** What a figure is worth. */
export type Worth = "Proven" | "Measured" | "Recorded";

/** What is said of the figures that follow: a promise, a measurement on some rows, or what the model's file says of its training. */
export const worth = (kind: Worth, ...text: readonly Part[]): Html =>
  html`<p class="worth ${kind.toLowerCase()}"><strong>${kind}:</strong> ${text}</p>\n`;

/** Longer tables end in how many rows more there are. */
const MOST_ROWS = 60;

/** A table, each row with its name first; `texts`: the other columns are read, not compared; `texts form`: they are empty. */
export function table(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly Part[])[],
  align: "figures" | "texts" | "texts form" = "figures",
): Html {
  const more = rows.length - MOST_ROWS;
  const line = ([name, ...cells]: readonly Part[]) =>
    html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;
  return html`<div class="table"><table class="${align}">
<caption>${caption}</caption>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.slice(0, MOST_ROWS).map(line)}</tbody>
</table></div>
${more > 0 ? html`<p>… and ${more.toLocaleString("en-US")} more; --json has them all.</p>\n` : ""}`;
}

/** Facts under one another; lines of a fact stay lines. */
export const factList = (facts: readonly (readonly [name: string, text: string])[]): Html =>
  html`<dl>
${facts.map(([name, text]) => html`<dt>${name}</dt><dd>${text.split("\n").map((line, i) => (i === 0 ? line : html`<br />${line}`))}</dd>\n`)}</dl>
`;

export const list = (items: readonly Part[]): Html =>
  html`<ul>\n${items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`;

export const paragraph = (...text: readonly Part[]): Html => html`<p>${text}</p>\n`;

/** A heading within a section. */
export const subheading = (text: string): Html => html`<h3>${text}</h3>\n`;
