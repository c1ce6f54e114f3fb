/** What model-risk guidance asks for: SR 11-7 (2011), whose terms SR 26-2, which took its place in April 2026, goes on with. */
export const riskItems = [
  "development and documentation",
  "conceptual soundness",
  "ongoing monitoring",
  "outcomes analysis",
  "governance and use",
] as const;

export type RiskItem = (typeof riskItems)[number];

/** Items of Annex IV of Regulation (EU) 2024/1689, the technical documentation of high-risk systems, in short. */
export const annexItems = [
  ["1(a)", "intended purpose, provider, version"],
  ["1(b)–(h)", "how it works with other systems, is placed on the market, runs and is to be used"],
  ["1(c)", "versions of software"],
  ["2(a)", "methods and steps of development"],
  ["2(b)", "design: general logic, key choices, what it is designed to optimise"],
  ["2(c)", "architecture, computational resources"],
  ["2(d)", "data requirements, training data, their selection and cleaning"],
  ["2(e)", "human oversight"],
  ["2(f)", "changes that were determined beforehand"],
  [
    "2(g)",
    "validation and testing: data, metrics of accuracy and robustness, potentially discriminatory impacts",
  ],
  ["2(h)", "cybersecurity"],
  ["3", "capabilities and limitations, accuracy for groups of persons, input data"],
  ["4", "why the metrics are appropriate"],
  ["5", "risk management"],
  ["6", "changes through the lifecycle"],
  ["7–8", "standards applied, declaration of conformity"],
  ["9", "monitoring once it is in use"],
] as const;

export type AnnexItem = (typeof annexItems)[number][0];
