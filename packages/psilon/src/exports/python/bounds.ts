/** The part of the script that bounds a model globally, as `bounds/globalBounds` and `models/columnReports` do. */
export const BOUNDS = `def passed_back(network, method, u):
    """One s_j per input with |Σ_k u_k·(f_k(x) − f_k(y))| ≤ Σ_j s_j·|x_j − y_j| for all x and y, by sums over paths."""
    for kind, weight, negative, _ in reversed(network[2]):
        if kind == "dense":
            u = u @ np.abs(weight)
            continue
        identity = np.eye(*weight.shape) if kind == "residual-pair" else np.zeros(weight.shape)
        plus, minus = np.abs(identity + weight), np.abs(identity + negative)
        if method == "column":
            u = np.maximum(u @ plus, u @ minus)
        elif method == "tight":
            u = u @ np.maximum(plus, minus)
        elif method == "improved":
            u = u @ (identity + np.maximum(np.abs(weight), np.abs(negative)))
        elif method == "skip":
            u = u @ (identity + np.abs(weight) + np.abs(negative))
        else:
            u = u @ (plus + minus)
    return u


def sensitivities(model, method, u):
    """The same of the mean of a model's networks, for each of its inputs."""
    s = np.zeros(sum(map(inputs_of, model.encoder["columns"])))
    for network in model.members:
        s[network[1]] += passed_back(network, method, u) + (0 if network[3] is None else np.abs(network[3]))
    return s / len(model.members)


def bounds_of(model):
    """The model's bounds, by method and by column."""
    methods = ["path-norm"] if model.members[0][0] == "mlp" else ["column", "tight", "improved", "skip", "folded"]
    outputs = len(model.members[0][2][-1][3])
    record = {method: float(sensitivities(model, method, np.ones(outputs)).sum()) for method in methods}
    target = model.target
    units = target["scales"] if target["task"] == "regression" else [1 / target.get("temperature", 1)]
    moved = [
        units[k % len(units)] * np.min([sensitivities(model, method, np.eye(outputs)[k]) for method in methods], axis=0)
        for k in range(outputs)
    ]
    columns = model.encoder["columns"]
    at = dict(zip((column["name"] for column in columns), np.cumsum([0, *map(inputs_of, columns)])))
    is_part = lambda column: "date" in column and column["date"]["part"] != "elapsed"
    found = {}
    for column in columns:
        if is_part(column):
            continue
        parts = [other for other in columns if is_part(other) and source_of(other) == source_of(column)]
        effects = [[Effect(one, s[at[one["name"]] :]) for one in [column, *parts]] for s in moved]
        within = lambda distance: max(sum(effect.within(distance) for effect in own) for own in effects)
        is_number = column["kind"] == "numeric"
        levels, own = column.get("levels"), [effect[0] for effect in effects]
        total = within(len(levels) - 1 if levels else np.inf)
        reach = range_of(model.schema, column)
        slope = max(effect.steepest() for effect in own) if is_number and not parts else None
        found[column["name"]] = {
            "change": within(column["std"] if is_number else 0),
            "perUnit": slope,
            "total": total if np.isfinite(total) else None,
            "withinRange": None if reach is None else within(reach),
            "missing": max(effect.missing for effect in own),
        }
    if target.get("link") == "log":
        found = {name: {key: None if value is None else float(np.exp(value)) for key, value in one.items()} for name, one in found.items()}
    return {"record": record, "columns": found}


def range_of(schema, column):
    """How far a column moves at most between two values of the table learned from; None where that is not known."""
    if column["kind"] != "numeric":
        return 0
    if "levels" in column:
        return len(column["levels"]) - 1
    source = next(one for one in schema["columns"] if one["name"] == source_of(column))
    reach = source["max"] - source["min"] if source["kind"] in ("numeric", "date") else np.inf
    return reach if np.isfinite(reach) else None


class Effect:
    """What a column can do to one output at most; s: how far that moves for one unit of each input, from the column's first on."""

    def __init__(self, column, s):
        self.column, self.missing = column, 0.0
        values = inputs_of(column) - column["missing"]
        if column["missing"]:
            self.missing = float(s[values])
        self.values = s[:values]

    def within(self, distance):
        """Moving by at most so much; a truth or a category turns into another."""
        column, s = self.column, self.values
        if len(s) == 0:
            return 0.0
        if column["kind"] == "boolean":
            return 2 * float(s[0])
        if column["kind"] == "categorical":
            return float(np.sort(s)[::-1][:2].sum())
        by_value = 0.0
        if has_value(column):
            by_value = 0.0 if s[0] == 0 else float(min(distance * s[0] / column["std"], 2 * column.get("clip", np.inf) * s[0]))
        if "bins" not in column:
            return by_value
        edges, most = np.array(column["bins"]["edges"]), s[int(has_value(column)) :]
        slopes, furthest = most / np.diff(edges), 0.0
        for edge in edges:
            for way, nearest in ((1, edges[:-1]), (-1, edges[1:])):
                gone = way * (nearest - edge)
                reached = np.where(gone < 0, 0, np.maximum(distance - gone, 0))
                with np.errstate(invalid="ignore"):
                    furthest = max(furthest, float(np.where(most == 0, 0, np.minimum(reached * slopes, most)).sum()))
        return by_value + furthest

    def steepest(self):
        """For one unit of the column."""
        column, s = self.column, self.values
        if len(s) == 0:
            return 0.0
        slope = float(s[0]) / column["std"] if has_value(column) else 0.0
        if "bins" not in column:
            return slope
        return slope + float((s[int(has_value(column)) :] / np.diff(column["bins"]["edges"])).max())
`;
