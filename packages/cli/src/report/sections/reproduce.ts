import { thousands } from "../../render/text.js";
import { factList, list, paragraph, subheading, table } from "../elements.js";
import { html } from "../html.js";
import type { Section } from "../section.js";

export const reproduce: Section = {
  id: "reproduce",
  title: "How to reproduce it",
  serves: { risk: ["development and documentation", "ongoing monitoring"], annex: ["1(c)", "2(a)", "2(g)"] },
  body: ({ files, versions, seed, record, command, about, data }) => {
    const hasData = files.some(({ is }) => is === "data");
    return html`${table(
      "Files that this report rests on",
      ["file", "what it is", "bytes", "SHA-256"],
      files.map(({ is, name, bytes, sha256 }) => [name, is, thousands(bytes), html`<code>${sha256}</code>`]),
      "texts",
    )}${
      hasData
        ? ""
        : paragraph(`The rows of ${data} come from no file of their own, so that there is no hash of them.`)
    }${subheading("This report")}<pre><code>${command}</code></pre>
${factList([
  ["seed", `${seed}: draws rows to certify, resamples and shuffles`],
  ["versions", `psilon ${versions.psilon}, Node ${versions.node}`],
  ["arithmetic", `predictions in float32 by ${versions.backend}, bounds in float64`],
])}${paragraph("The same files, options and versions give the same page, byte for byte. No time of day stands in it.")}${subheading("The model")}${
  about.training
    ? html`${about.training.again.lines.map((line) => html`<pre><code>${line}</code></pre>\n`)}${factList([
        ["seed", `${record.seed}: makes every random choice of training`],
        ["computed by", record.backend],
      ])}${paragraph("All that the model's file records of its training stands here; with the same table the same bytes come of it where nothing else was said. What decides a model as well and is not in the file, so that the command has to be kept with the data:")}${list(about.training.again.unknown)}`
    : paragraph("The model was not trained by psilon; how to train it again has to be added by whoever did.")
}`;
  },
};
