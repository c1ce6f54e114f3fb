import { saveModel } from "../../models/modelFile.js";
import type { TabularModel } from "../../models/tabularModel.js";
import { BOUNDS } from "./bounds.js";
import { CELLS } from "./cells.js";
import { MODEL } from "./model.js";

/** A model for Python, in two files. */
export interface PythonFiles {
  /** The same for all models. */
  readonly script: string;
  /** The model's own file, which the script looks for under its own name with the ending `.safetensors`. */
  readonly tensors: Uint8Array;
}

const HEAD = `"""
Predicts with a model of psilon by numpy alone (Python 3.9 or later). Beside price.py stands price.safetensors, and then

    from price import Model
    model = Model()
    model.predict([{"size": 3.5, "colour": "red"}])

Rows are dicts, or a dict of columns such as a pandas.DataFrame. Cells are numbers, texts, truths, dates or None, read as psilon reads them;
texts in another style ($1,234.50, 31.12.2024) are to be given as numbers or dates.
"""

import datetime
import decimal
import json
import re
from pathlib import Path

import numpy as np
`;

/**
 * The model for Python with numpy: a script with a class `Model`, whose `predict(rows)`, `predict_proba(rows)` and `predict_interval(rows)` say what
 * `predictTable` says within 1e-5, and whose `bounds()` has the bounds that `inspectModel` has, in plain float64. It reads the model's own
 * file, as docs/model-format.md describes it. A cell that does not fit is a ValueError, a sentence that says what stands where.
 */
export const toPython = (model: TabularModel): PythonFiles => ({
  script: [HEAD, CELLS, MODEL, BOUNDS].join("\n\n"),
  tensors: saveModel(model),
});
