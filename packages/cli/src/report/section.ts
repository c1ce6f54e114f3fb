import type { ReportFacts } from "./facts/facts.js";
import type { AnnexItem, RiskItem } from "./guidance.js";
import type { Html } from "./html.js";

/** One part of a report. It puts facts into words, tables and pictures, and computes nothing. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** What guidance asks for that stands here. */
  readonly serves: { readonly risk: readonly RiskItem[]; readonly annex: readonly AnnexItem[] };
  readonly body: (facts: ReportFacts) => Html | Promise<Html>;
}
