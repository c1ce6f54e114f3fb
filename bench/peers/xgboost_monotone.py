# XGBoost with and without monotone constraints. Reads one problem a line as JSON: {"train": {"x": rows, "y": values}, "test": {…},
# "directions": [1, 0, -1, …], "classes": bool}; prints [score without, score with] for each: RMSE, or accuracy.
import json
import sys

import numpy as np
import xgboost

ROUNDS = 400
SETTINGS = dict(learning_rate=0.05, max_depth=5, subsample=0.8, colsample_bytree=0.8, seed=0)


def score(problem, directions):
    objective = "binary:logistic" if problem["classes"] else "reg:squarederror"
    constraints = {"monotone_constraints": tuple(directions)} if any(directions) else {}
    data = {name: xgboost.DMatrix(np.array(problem[name]["x"]), np.array(problem[name]["y"])) for name in ("train", "test")}
    model = xgboost.train({**SETTINGS, **constraints, "objective": objective}, data["train"], ROUNDS)
    found, truth = model.predict(data["test"]), data["test"].get_label()
    return float(np.mean((found > 0.5) == truth) if problem["classes"] else np.sqrt(np.mean((found - truth) ** 2)))


for line in sys.stdin:
    problem = json.loads(line)
    print(json.dumps([score(problem, [0]), score(problem, problem["directions"])]), flush=True)
