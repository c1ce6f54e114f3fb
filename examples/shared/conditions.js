import { conditionNumber } from "psilon/engine";

/** log₁₀ κ of every matrix of the network from the inputs to the outputs, that of a convolution as outputs × window; κ of a single row is 1. */
export const logConditions = ({ layers }) =>
  layers.map(({ weight }) => Math.log10(conditionNumber(weight.effective.data, weight.rows)));

/** Mean over the layers. */
export const mean = (values) => values.reduce((sum, value) => sum + value / values.length, 0);
