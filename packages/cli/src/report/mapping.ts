import { paragraph, subheading, table } from "./elements.js";
import { annexItems, riskItems } from "./guidance.js";
import { type Html, html, type Part } from "./html.js";
import type { Section } from "./section.js";

/** Where what guidance asks for stands, and what of it does not. */
export function mapping(sections: readonly Section[]): Html {
  const links = (serving: readonly Section[]): Part =>
    serving.length === 0
      ? "not here: to be filled in"
      : serving.map(
          (section, i) =>
            html`${i > 0 ? ", " : ""}<a href="#${section.id}">${sections.indexOf(section) + 1} ${section.title}</a>`,
        );
  return html`${paragraph("Which sections hold material for what is asked. That an item has a section does not mean that it is fulfilled; most need words of the provider beside the figures.")}${subheading("Model risk management")}${table(
    "SR 11-7 (2011; since April 2026 SR 26-2, which goes on with these terms)",
    ["what is asked for", "sections"],
    riskItems.map((item) => [item, links(sections.filter(({ serves }) => serves.risk.includes(item)))]),
    "texts",
  )}${subheading("Technical documentation of high-risk systems")}${table(
    "Annex IV of Regulation (EU) 2024/1689 (AI Act), in short",
    ["item", "what it asks for", "sections"],
    annexItems.map(([item, text]) => [
      item,
      text,
      links(sections.filter(({ serves }) => serves.annex.includes(item))),
    ]),
    "texts",
  )}`;
}
