import { list, paragraph, subheading, table } from "../elements.js";
import { html } from "../html.js";
import type { Section } from "../section.js";

export const limits: Section = {
  id: "limits",
  title: "What this report cannot say",
  serves: { risk: ["governance and use"], annex: [] },
  body: () =>
    html`${paragraph("It is made from a model's file and a table. It claims no compliance with any law or guidance, and replaces no validation by people who did not build the model. In particular it does not know:")}${list(
      [
        "where the rows came from, how they were selected and labelled, and whether they stand for those the model will meet",
        "whether a relation between a column and the target is a cause, or a trace that will be gone tomorrow",
        "what a wrong prediction costs, and whom",
        "whether rows of the test table were learned from, unless whoever writes this report made sure of it",
      ],
    )}${subheading("To be filled in by whoever provides or uses the model")}${table(
      "What only people can say",
      ["item", "to be filled in"],
      BLANKS.map((blank) => [blank, ""]),
      "texts form",
    )}`,
};

const BLANKS = [
  "Intended purpose, and uses that are ruled out",
  "Provider, owner, version, date, signature",
  "Persons and groups concerned, and foreseeable harm to them",
  "Where the data came from, how it was selected and labelled, and the right to use it",
  "Why these metrics are the right ones, and what scores are good enough",
  "Human oversight: who may overrule a prediction, and how they are told to read it",
  "Risk management, and what remains",
  "Security of the system around the model",
  "Monitoring in use: which figures, how often, and what happens beyond which limits",
  "Independent validation: by whom, when, with what result",
];
