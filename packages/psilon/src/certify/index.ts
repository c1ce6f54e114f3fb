// Table of contents of "psilon/certify": certificates of predictions, in the units of tables.

export { type CertifiedShare, certifiedAccuracy, rightRows } from "./accuracy.js";
export { certifyMonotone, type MonotoneFinding } from "./certifyMonotone.js";
export { type CertifyOptions, certifyTable, type Prediction, type RowCertificate } from "./certifyTable.js";
export { type GuaranteeOptions, guaranteeOf, type TableGuarantee } from "./guarantee.js";
export { checkQuestion, type RowQuestion } from "./question.js";
export { certifiedRadii, type RadiusOptions, type RowRadius } from "./radii.js";
