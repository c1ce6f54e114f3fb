# Test scores of XGBoost, a forest and scikit-learn's MLP on a CSV file, as accuracyPeers.js runs them:
#   accuracy.py <peer> <data> <target> <task>     splits on stdin, {"split": 0, "test": [rows]} a line; prints what came of each as it ends
# Whatever is chosen is chosen within the train rows. Two threads at most.
import json
import sys
import time

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

THREADS = 2
SETTINGS = 20
ROUNDS = 2000
PATIENCE = 50
# Of fewer rows one held-out fifth says too little, and each of five is held out in turn; psilon's presets have the same limit.
FEW_ROWS = 1000


def encoded(frame, *steps):
    """Numbers through the steps, texts as one column a category."""
    texts = [name for name in frame if frame[name].dtype == object]
    numbers = [name for name in frame if frame[name].dtype != object]
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(*steps) if steps else "passthrough", numbers),
            ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
        ]
    )


def forest(x, y, isClasses, seed):
    trees = RandomForestClassifier if isClasses else RandomForestRegressor
    model = trees(300, n_jobs=THREADS, random_state=seed)
    return make_pipeline(encoded(x, SimpleImputer(strategy="median")), model).fit(x, y).predict, {}, 0


def mlp(x, y, isClasses, seed):
    """Its defaults, stopped early or not, as held-out rows prefer it: on few rows a tenth of them stops it long before it has learned."""
    inputs = encoded(x, SimpleImputer(), StandardScaler())
    settings = dict(max_iter=500, random_state=seed)
    network = (
        MLPClassifier(**settings)
        if isClasses
        else TransformedTargetRegressor(MLPRegressor(**settings), transformer=StandardScaler())
    )
    name = "early_stopping" if isClasses else "regressor__early_stopping"
    score = "neg_log_loss" if isClasses else "neg_mean_squared_error"
    folds = held_out(x, y, isClasses, seed)
    search = GridSearchCV(network, {name: [True, False]}, scoring=score, cv=folds)
    model = make_pipeline(inputs, search).fit(x, y)
    return model.predict, {"early_stopping": search.best_params_[name]}, 0


def boosted(x, y, isClasses, seed):
    """Of random settings and their rounds the best by held-out loss, learned again from all rows; what is missing goes XGBoost's own way."""
    import xgboost

    inputs = encoded(x).fit(x)
    matrix = inputs.transform(x)
    task = objective(y, isClasses)
    random = np.random.default_rng(seed)
    folds = held_out(x, y, isClasses, seed)
    settings = [{**task, **drawn(random)} for _ in range(SETTINGS)]
    runs = Parallel(THREADS)(delayed(tried)(each, matrix, y, folds) for each in settings)
    best, (_, rounds, _) = min(zip(settings, runs), key=lambda run: run[1][0])
    model = xgboost.train({**best, "nthread": THREADS}, xgboost.DMatrix(matrix, y), rounds)

    def predict(rows):
        found = model.predict(xgboost.DMatrix(inputs.transform(rows)))
        return found > 0.5 if task["objective"] == "binary:logistic" else found

    return predict, {**best, "rounds": rounds}, sum(worked for _, _, worked in runs)


def tried(settings, x, y, folds):
    """The least loss of held-out rows, the rounds to it, and the processor's seconds, which another process spends."""
    import xgboost

    started = time.process_time()
    losses = xgboost.cv(
        {**settings, "nthread": 1},
        xgboost.DMatrix(x, y),
        ROUNDS,
        folds=folds,
        early_stopping_rounds=PATIENCE,
        as_pandas=False,
    )
    held = losses[f"test-{settings['eval_metric']}-mean"]
    return min(held), int(np.argmin(held)) + 1, time.process_time() - started


def drawn(random):
    return {
        "max_depth": int(random.integers(3, 11)),
        "learning_rate": float(10 ** random.uniform(-2, np.log10(0.3))),
        "subsample": float(random.uniform(0.5, 1)),
        "colsample_bytree": float(random.uniform(0.5, 1)),
        "min_child_weight": float(10 ** random.uniform(0, 1)),
        "reg_lambda": float(10 ** random.uniform(-2, 1)),
    }


def objective(y, isClasses):
    always = {"tree_method": "hist", "seed": 0}
    if not isClasses:
        return {**always, "objective": "reg:squarederror", "eval_metric": "rmse"}
    count = int(y.max()) + 1
    if count == 2:
        return {**always, "objective": "binary:logistic", "eval_metric": "logloss"}
    return {**always, "objective": "multi:softmax", "num_class": count, "eval_metric": "mlogloss"}


def held_out(x, y, isClasses, seed):
    if len(y) < FEW_ROWS:
        folds = (StratifiedKFold if isClasses else KFold)(5, shuffle=True, random_state=seed)
    else:
        folds = (StratifiedShuffleSplit if isClasses else ShuffleSplit)(1, test_size=0.2, random_state=seed)
    return list(folds.split(x, y))


# By name, what learns from x and y: the function that predicts, what it has chosen, and the processor's seconds spent in other processes.
PEERS = {"xgboost": boosted, "forest": forest, "mlp": mlp}


def main(peer, data, target, task):
    isClasses = task == "classification"
    frame = pd.read_csv(data, keep_default_na=False, na_values=[""])
    y = frame.pop(target).to_numpy()
    if isClasses:
        y = np.unique(y, return_inverse=True)[1]
    for line in sys.stdin:
        split = json.loads(line)
        isTest = np.zeros(len(y), bool)
        isTest[split["test"]] = True
        started, worked = time.perf_counter(), time.process_time()
        predict, chosen, elsewhere = PEERS[peer](frame[~isTest], y[~isTest], isClasses, split["split"])
        found = predict(frame[isTest])
        figures = {
            "seconds": time.perf_counter() - started,
            "processorSeconds": time.process_time() - worked + elsewhere,
        }
        score = np.mean(found == y[isTest]) if isClasses else np.sqrt(np.mean((found - y[isTest]) ** 2))
        print(json.dumps({"score": float(score), **figures, "chosen": chosen}), flush=True)


main(*sys.argv[1:])
