import { count, thousands } from "../../render/text.js";
import { list, paragraph, subheading } from "../elements.js";
import { html } from "../html.js";
import type { Section } from "../section.js";

export const leftOut: Section = {
  id: "left-out",
  title: "What was left out",
  serves: { risk: ["conceptual soundness", "development and documentation"], annex: ["2(d)", "3"] },
  body: ({ leftOut: found, rows, record, certified, fairness, inspection, data }) => {
    const limit = record.control?.timeLimit;
    const irrelevant = inspection.columns.filter(({ irrelevant: one }) => one).map(({ column }) => column);
    const looked = certified.radii?.rows ?? fairness[0]?.rows ?? rows.tested;
    const fromReport = [
      ...(rows.read > rows.tested
        ? [`${count(rows.read - rows.tested, "row")} of ${data} without a value of the target: not scored`]
        : []),
      ...(looked < rows.tested
        ? [
            `of ${thousands(rows.tested)} scored rows all but ${thousands(looked)}, which were drawn by the seed: not certified`,
          ]
        : []),
      "columns of the table that the model does not read: not looked at",
    ];
    return html`${subheading("From the model")}${
      found.length > 0
        ? list(found)
        : paragraph(
            "Of the table learned from, no column and no row was left out, as far as the model's file tells.",
          )
    }${irrelevant.length > 0 ? paragraph(`Proven not to matter, since no weight that is not 0 leads from them to a prediction: ${irrelevant.join(", ")}.`) : ""}${
      limit
        ? paragraph(
            `Training had ${limit.seconds} seconds: ${count(limit.search, "network")} of the search and ${count(limit.networks, "network")} of the model were left out.`,
          )
        : ""
    }${record.interrupted ? paragraph("Training was interrupted; the model is the best network there was.") : ""}${subheading("From this report")}${list(fromReport)}`;
  },
};
