# XGBoost with and without monotone constraints. Reads one problem a line as JSON: {"train": {"x": rows, "y": values}, "test": {…},
# "directions": [1, 0, -1, …], "classes": bool}; prints [score without, score with] for each: RMSE, or accuracy.
import json
import sys

import numpy as np
import xgboost

SETTINGS = dict(n_estimators=400, learning_rate=0.05, max_depth=5, subsample=0.8, colsample_bytree=0.8, random_state=0)


def score(problem, directions):
    kind = xgboost.XGBClassifier if problem["classes"] else xgboost.XGBRegressor
    model = kind(**SETTINGS, **({"monotone_constraints": tuple(directions)} if any(directions) else {}))
    parts = {name: (np.array(problem[name]["x"]), np.array(problem[name]["y"])) for name in ("train", "test")}
    model.fit(*parts["train"])
    x, y = parts["test"]
    errors = model.predict(x) - y
    return float(np.mean(errors == 0) if problem["classes"] else np.sqrt(np.mean(errors**2)))


for line in sys.stdin:
    problem = json.loads(line)
    print(json.dumps([score(problem, [0]), score(problem, problem["directions"])]), flush=True)
