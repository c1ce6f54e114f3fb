import { targetNames } from "psilon";
import type { ReportFacts } from "./facts/facts.js";
import { type Html, html } from "./html.js";
import { mapping } from "./mapping.js";
import type { Section } from "./section.js";
import { sections } from "./sections.js";
import { style } from "./style.js";

/** The whole page, which needs nothing else: no script, no font, nothing from the network. */
export async function reportPage(facts: ReportFacts): Promise<string> {
  const parts: Html[] = [];
  for (const [place, section] of sections.entries()) {
    parts.push(part(section.id, place + 1, section.title, servesLine(section), await section.body(facts)));
  }
  const last = { id: "guidance", title: "Where guidance finds what it asks for" };
  parts.push(part(last.id, sections.length + 1, last.title, html``, mapping(sections)));
  const title = `Model report: ${targetNames(facts.target).join(", ")}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="about">The model ${facts.model} on the table ${facts.data}${facts.date === null ? "" : `, ${facts.date}`}. Model file SHA-256 <code>${facts.files[0].sha256}</code>.</p>
</header>
<nav aria-label="Contents">
<ol>
${[...sections, last].map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ol>
</nav>
<main>
${parts}</main>
</body>
</html>
`;
  return page.markup;
}

const part = (id: string, place: number, title: string, serves: Html, body: Html): Html =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${place} ${title}</h2>
${serves}${body}</section>
`;

function servesLine({ serves: { risk, annex } }: Section): Html {
  const asked = [...risk, ...(annex.length > 0 ? [`AI Act Annex IV ${annex.join(", ")}`] : [])];
  return html`<p class="serves">Serves: ${asked.join("; ")}</p>\n`;
}
