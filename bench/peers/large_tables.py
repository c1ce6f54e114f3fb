# scikit-learn's MLPRegressor and XGBoost on a CSV file, as largeTables.js runs them:
#   large_tables.py <tool> train <data> <target> <model>     a fifth of the rows to test on; prints {"rmse": …}
#   large_tables.py <tool> predict <data> <model> <out>      part by part, so that memory does not grow with the rows
import json
import pickle
import sys

import numpy as np
import pandas as pd

SEED = 0
TEST = 0.2
# Rows of a part.
TOGETHER = 200_000


def mlp(numbers, texts):
    """A network of psilon's shape, as many passes over the rows as its fast preset takes for one network."""
    from sklearn.compose import ColumnTransformer
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    inputs = ColumnTransformer(
        [
            ("numbers", StandardScaler(), numbers),
            ("texts", OneHotEncoder(handle_unknown="ignore", dtype=np.float32), texts),
        ]
    )
    network = MLPRegressor((64, 64), batch_size=128, max_iter=20, random_state=SEED)
    return make_pipeline(inputs, network)


def boosted():
    from xgboost import XGBRegressor

    return XGBRegressor(
        n_estimators=400, learning_rate=0.1, max_depth=6, tree_method="hist", enable_categorical=True, random_state=SEED
    )


def typed(frame, texts, known):
    """Texts as categories, of the places that training gave them."""
    return frame.assign(**{name: pd.Categorical(frame[name], known.get(name)) for name in texts})


def train(tool, data, target, path):
    texts = [name for name, dtype in pd.read_csv(data, nrows=1000).dtypes.items() if dtype == object]
    frame = pd.read_csv(data, dtype={name: "category" for name in texts})
    y = frame.pop(target).to_numpy()
    is_test = np.random.default_rng(SEED).random(len(y)) < TEST
    known = {name: frame[name].cat.categories for name in texts}
    if tool == "MLPRegressor":
        model = mlp([name for name in frame.columns if name not in texts], texts)
    else:
        model = boosted()
    model.fit(frame[~is_test], y[~is_test])
    errors = model.predict(frame[is_test]) - y[is_test]
    with open(path, "wb") as file:
        pickle.dump((model, texts, known, list(frame.columns)), file)
    print(json.dumps({"rmse": float(np.sqrt(np.mean(errors**2)))}))


def predict(tool, data, path, out):
    with open(path, "rb") as file:
        model, texts, known, columns = pickle.load(file)
    with open(out, "w") as file:
        file.write("y\n")
        for part in pd.read_csv(data, usecols=columns, chunksize=TOGETHER):
            pd.Series(model.predict(typed(part[columns], texts, known))).to_csv(file, header=False, index=False)


{"train": train, "predict": predict}[sys.argv[2]](sys.argv[1], *sys.argv[3:])
