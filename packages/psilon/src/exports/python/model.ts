/** The part of the script that reads a model's file and predicts. */
export const MODEL = `class Model:
    """A model of psilon: path is its file, by default that beside this script of the same name."""

    def __init__(self, path=None):
        data = (Path(path) if path else Path(__file__).with_suffix(".safetensors")).read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:start])
        description = json.loads(header.pop("__metadata__")["psilon"])
        if description["version"] > 6:
            raise ValueError("The model's file is of a later version than this script: export it anew.")
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"]).astype("f8")
        self.members = [member_of(description["members"], m, tensors) for m in range(len(description["members"]))]
        payload = description["payload"]
        self.encoder, self.target, self.schema = payload["encoder"], payload["target"], payload["schema"]
        marks = [text.strip(SPACES) for text in self.schema.get("missing", [])]
        self.missing_texts = {*MISSING, *marks}
        self.missing_numbers = {float(text) for text in marks if DECIMAL.fullmatch(text)}
        is_read = np.zeros(sum(map(inputs_of, self.encoder["columns"])), bool)
        for _, inputs, layers, slopes in self.members:
            is_read[inputs] |= (layers[0][1] != 0).any(axis=0) | (False if slopes is None else slopes != 0)
        ends = np.cumsum([0, *map(inputs_of, self.encoder["columns"])])
        self.is_read = [bool(is_read[ends[c] : ends[c + 1]].any()) for c in range(len(ends) - 1)]
        columns = zip(self.encoder["columns"], self.is_read)
        # The columns of a table that are read, each once.
        self.columns = list(dict.fromkeys(source_of(column) for column, read in columns if read))

    def predict(self, rows):
        """
        What is predicted for rows, a list of dicts or a dict of columns, such as a pandas.DataFrame: numbers in the target's units, a column for
        each target or quantile where there are several; or the names of classes.
        """
        outputs = self.outputs(rows)
        if self.target["task"] == "classification":
            return np.array(self.target["classes"])[self.labels(self.shares(outputs))]
        values = self.unscaled(outputs)
        return values[:, 0] if values.shape[1] == 1 else values

    def predict_proba(self, rows):
        """The probabilities of classes, rows × classes in the order of target["classes"]."""
        if self.target["task"] != "classification":
            raise ValueError("The model predicts numbers, which have no probabilities.")
        return self.shares(self.outputs(rows))

    def predict_interval(self, rows):
        """The low and the high end of each target's interval, rows × targets each."""
        if "interval" not in self.target:
            raise ValueError("The model was trained without intervals.")
        outputs, margins = self.outputs(rows), np.array(self.target["interval"]["margins"])
        is_count = self.target.get("loss") == "poisson"
        ends = [outputs.min(axis=1, keepdims=True), outputs.max(axis=1, keepdims=True)] if "levels" in self.target else [outputs, outputs]
        reach = 0 if is_count else margins
        low, high = self.unscaled(ends[0] - reach, 1), self.unscaled(ends[1] + reach, 1)
        if is_count:
            wide = margins * np.sqrt(high)
            low, high = np.maximum(0, low - wide), high + wide
        middle = 0.5 * low + 0.5 * high
        return np.where(low > high, middle, low), np.where(low > high, middle, high)

    def bounds(self):
        """
        Global upper bounds, for any two rows: "record", by method, L with ‖f(x) − f(y)‖₁ ≤ L·‖x − y‖_∞ for encoded rows and outputs f; and "columns", by
        name, what each column can do at most, as "psilon inspect" has it. In plain float64, whose rounding may make them too small by some
        1e-12 of themselves: psilon rounds outwards, and a certificate is its to give.
        """
        return bounds_of(self)

    def unscaled(self, outputs, levels=None):
        """Outputs in the target's units; quantiles in order."""
        count = levels or len(self.target.get("levels", [])) or None
        values = outputs * np.array(self.target["scales"]) + np.array(self.target["centers"])
        if self.target.get("link") == "log":
            with np.errstate(over="ignore"):
                values = np.clip(np.exp(values), np.finfo("f8").tiny, np.finfo("f8").max)
        return np.sort(values, axis=1) if count and count > 1 else values

    def shares(self, outputs):
        """The softmax of the outputs over the temperature; two classes have one output, that of the second."""
        logits = np.hstack([np.zeros_like(outputs), outputs]) if len(self.target["classes"]) == 2 else outputs
        powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / self.target.get("temperature", 1))
        return powers / powers.sum(axis=1, keepdims=True)

    def labels(self, shares):
        if "threshold" not in self.target:
            return shares.argmax(axis=1)
        positive = self.target["threshold"]["positive"]
        return np.where(shares[:, positive] >= self.target["threshold"]["at"], positive, 1 - positive)

    def outputs(self, rows):
        """The mean of the networks' outputs, rows × outputs."""
        x = self.encode(rows)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.mean([forward(member, x).astype("f4") for member in self.members], axis=0, dtype="f8")
        for i in np.flatnonzero(~np.isfinite(mean).all(axis=1)):
            raise ValueError(f"Row {i + 1} has no prediction: on the way to it numbers exceed 3.4e38, the largest of float32.")
        return mean

    def encode(self, rows):
        """The networks' inputs, rows × inputs."""
        cells = cells_of(rows, self.columns)
        count = len(rows) if isinstance(rows, (list, tuple)) or len(rows) == 0 else len(rows[next(iter(rows))])
        x = np.zeros((count, sum(map(inputs_of, self.encoder["columns"]))))
        at = 0
        for column, read in zip(self.encoder["columns"], self.is_read):
            width = inputs_of(column)
            if read:
                name = source_of(column)
                source = Cells(name, cells[name], self.missing_texts, self.missing_numbers)
                x[:, at : at + width] = encoded(column, source, self.encoder["unseen"] == "error")
            at += width
        return x


def member_of(members, m, tensors):
    """A network: its architecture, the places of its inputs, its layers and its slopes."""
    member, prefix = members[m], "" if len(members) == 1 else f"members.{m}."

    def tensor(name):
        owner = member.get("shared", {}).get(name)
        return tensors.get(prefix + name if owner is None else f"members.{owner}.{name}")

    layers = []
    for i, kind in enumerate(member["layers"]):
        if kind == "dense":
            layers.append((kind, tensor(f"layers.{i}.weight"), None, tensor(f"layers.{i}.bias")))
        else:
            pair = tensor(f"layers.{i}.weight_pos"), tensor(f"layers.{i}.weight_neg")
            layers.append((kind, *pair, tensor(f"layers.{i}.bias")))
    return member["architecture"], member["inputs"], layers, tensor("slopes")


def forward(member, x):
    """The outputs of a network for encoded rows."""
    _, inputs, layers, slopes = member
    h = x[:, inputs]
    for i, (kind, weight, negative, bias) in enumerate(layers):
        if kind == "dense":
            h = (np.maximum(h, 0) if i > 0 else h) @ weight.T + bias
        else:
            h = (h if kind == "residual-pair" else 0) + np.maximum(h, 0) @ weight.T + np.minimum(h, 0) @ negative.T + bias
    return h if slopes is None else h + x[:, inputs] @ slopes[:, None]


def source_of(column):
    return column["date"]["column"] if "date" in column else column["name"]


def has_value(column):
    return "bins" not in column or column["bins"]["withValue"]


def inputs_of(column):
    """How many inputs a column becomes."""
    values = 0
    if column["varies"]:
        if column["kind"] == "categorical":
            values = len(column["categories"]) + bool(column.get("other"))
        else:
            values = has_value(column) + (len(column["bins"]["edges"]) - 1 if "bins" in column else 0)
    return values + column["missing"]


def cells_of(rows, names):
    """The cells of the columns by their names."""
    if isinstance(rows, (list, tuple)):
        for i, row in enumerate(rows):
            for name in names:
                if name not in row:
                    raise ValueError(f"Row {i + 1} has no column {json.dumps(name, ensure_ascii=False)}, which the model reads; where it is missing it is None.")
        return {name: [row[name] for row in rows] for name in names}
    for name in names:
        if name not in rows:
            raise ValueError(f"There is no column {json.dumps(name, ensure_ascii=False)}, which the model reads.")
    # Of a list with numbers and texts in it, numpy would make texts.
    return {name: np.asarray(rows[name]) if hasattr(rows[name], "dtype") else list(rows[name]) for name in names}


def encoded(column, source, refuses):
    """The inputs of a column. refuses: whether a category that the model does not know is an error."""
    parts = []
    if column["kind"] == "boolean":
        truths = source.truths()
        missing, parts = truths == 0, [truths]
    elif column["kind"] == "numeric":
        x = source.dates() if "date" in column else ranks(column, source, refuses) if "levels" in column else source.numbers()
        missing = np.isnan(x)
        known = np.where(missing, column["mean"], x)
        if has_value(column):
            with np.errstate(over="ignore"):
                value = ((0.5 * known - 0.5 * column["mean"]) / (0.5 * column["std"])).astype("f4").astype("f8")
            parts.append(np.clip(value, -column.get("clip", np.inf), column.get("clip", np.inf)))
            for i in np.flatnonzero(~np.isfinite(parts[-1])):
                source.refuse(i, "too far from what the model was trained on to be computed with")
        if "bins" in column:
            edges = np.array(column["bins"]["edges"])
            t = np.clip(np.searchsorted(edges, known, side="right") - 1, 0, len(edges) - 2)
            share = np.clip((0.5 * known - 0.5 * edges[t]) / (0.5 * edges[t + 1] - 0.5 * edges[t]), 0, 1)
            position = (t + share).astype("f4").astype("f8")
            parts += [np.clip(position - bin, 0, 1) for bin in range(len(edges) - 1)]
    else:
        texts = parts_of(column, source) if "date" in column else source.categories()
        missing = np.array([text is None for text in texts], bool)
        places = {category: k for k, category in enumerate(column["categories"])}
        rest = len(places) if column.get("other") else None
        found = [None if text is None else places.get(text, rest) for text in texts]
        for i, place in enumerate(found):
            if refuses and place is None and not missing[i]:
                source.refuse(i, "where the model knows no such category")
        parts = [np.array([place == k for place in found], "f8") for k in range(len(places) + (rest is not None))]
    return np.stack([*(parts if column["varies"] else []), *([missing] if column["missing"] else [])], axis=1)


def ranks(column, source, refuses):
    """The places of levels; NaN where a cell is missing or none of them."""
    places = {level: rank for rank, level in enumerate(column["levels"])}
    texts = source.categories()
    for i, text in enumerate(texts):
        if refuses and text is not None and text not in places:
            source.refuse(i, "of whose levels it is none")
    return np.array([places.get(text, np.nan) for text in texts], "f8")


def parts_of(column, source):
    """The months, weekdays or hours of dates by their names; None where one is missing."""
    part, days = column["date"]["part"], source.dates()
    known = np.where(np.isnan(days), 0, days)
    if part == "month":
        places = np.floor(known).astype("i8").astype("M8[D]").astype("M8[M]").astype("i8") % 12
    elif part == "weekday":
        places = (np.floor(known).astype("i8") + 3) % 7
    else:
        places = np.floor((known + 1e-9) / (1 / 24)).astype("i8") % 24
    return [None if np.isnan(day) else PARTS[part][place] for day, place in zip(days, places)]
`;
