import type { CalibrationBin, NumberCalibration } from "psilon";
import type { Calibration } from "../testedRows.js";
import { alignedTable, figure, percent, thousands } from "./text.js";

export function calibrationText(calibration: Calibration): string {
  if ("targets" in calibration) return calibration.targets.map(numbersText).join("\n\n");
  const { class: name, bins, expectedCalibrationError, brierScore } = calibration;
  const what = `probability of ${name ?? "the predicted class"}`;
  return [
    binsText(what, "came true", bins, (share) => percent(share)),
    `expected calibration error ${figure(expectedCalibrationError)}, Brier score ${figure(brierScore)}`,
  ].join("\n");
}

function numbersText({ target, bins, residuals }: NumberCalibration & { readonly target: string }): string {
  const [least, low, median, high, most] = residuals.map(({ value }) => figure(value));
  return [
    binsText(`${target}, as predicted`, "true mean", bins, figure),
    `true less predicted: ${least} to ${most} in 90 % of the rows, ${low} to ${high} in half of them, median ${median}`,
  ].join("\n");
}

function binsText(
  what: string,
  observed: string,
  bins: readonly CalibrationBin[],
  text: (value: number) => string,
): string {
  return alignedTable([
    [what, "rows", "mean", observed],
    ...bins.map((bin) => [
      `${text(bin.from)} … ${text(bin.to)}`,
      thousands(bin.rows),
      text(bin.predicted),
      text(bin.observed),
    ]),
  ]);
}
