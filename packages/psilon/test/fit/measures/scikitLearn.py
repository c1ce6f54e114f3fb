"""Rows of every kind and what scikit-learn (and SciPy, for ranks) makes of them; scikitLearn.json is what it printed.

    python3 scikitLearn.py > scikitLearn.json
"""

import json

import numpy as np
from scipy.stats import spearmanr
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize

random = np.random.default_rng(13)


def classes(count, rows, digits):
    """Probabilities with few digits have many ties."""
    shares = random.dirichlet(np.full(count, 0.7), rows)
    truth = np.array([random.choice(count, p=row) for row in shares])
    shares = np.clip(np.round(shares + random.normal(0, 0.15, shares.shape), digits), 0.01, None)
    shares /= shares.sum(axis=1, keepdims=True)
    # What a model with a threshold would say.
    labels = np.where(shares[:, 0] > 0.6, 0, shares[:, 1:].argmax(axis=1) + 1)
    weights = random.integers(0, 4, rows).astype(float)
    return truth, shares, labels, weights


def of_classes(truth, shares, labels, weights):
    count = shares.shape[1]
    every = np.arange(count)
    hot = label_binarize(truth, classes=np.arange(max(count, 3)))[:, :count]
    by_rank = lambda metric: [metric(hot[:, k], shares[:, k], sample_weight=weights) for k in every]
    precisions, areas = by_rank(m.average_precision_score), by_rank(m.roc_auc_score)

    def figures(average):
        figure = m.precision_recall_fscore_support(
            truth, labels, labels=every, average=average, sample_weight=weights, zero_division=0
        )
        return dict(zip(["precision", "recall", "f1"], [np.asarray(values).tolist() for values in figure[:3]]))

    def ranks(weigh):
        return {
            "averagePrecision": np.average(precisions, weights=weigh),
            "auc": np.average(areas, weights=weigh),
        }

    if count == 2:
        area = m.roc_auc_score(truth, shares[:, 1], sample_weight=weights)
        brier = m.brier_score_loss(truth, shares[:, 1], sample_weight=weights)
    else:
        area = m.roc_auc_score(truth, shares, multi_class="ovr", sample_weight=weights)
        # brier_score_loss takes more than two classes since 1.7: this is its formula.
        brier = np.average(((hot - shares) ** 2).sum(axis=1), weights=weights)
    supports = [weights[truth == k].sum() for k in every]
    return {
        "metrics": {
            "accuracy": m.accuracy_score(truth, labels, sample_weight=weights),
            "balancedAccuracy": m.balanced_accuracy_score(truth, labels, sample_weight=weights),
            "auc": area,
            "logLoss": m.log_loss(truth, shares, sample_weight=weights),
            "brierScore": brier,
        },
        "classes": {**figures(None), "averagePrecision": precisions, "auc": areas},
        "macro": {**figures("macro"), **ranks(None)},
        "weighted": {**figures("weighted"), **ranks(supports)},
        "confusion": m.confusion_matrix(truth, labels, labels=every).tolist(),
    }


def of_numbers(truth, predicted, weights):
    # SciPy's ranks take no weights: as many copies of a row.
    copies = np.repeat(np.arange(len(truth)), weights.astype(int))
    return {
        "rmse": np.sqrt(m.mean_squared_error(truth, predicted, sample_weight=weights)),
        "mae": m.mean_absolute_error(truth, predicted, sample_weight=weights),
        "medianAbsoluteError": m.median_absolute_error(truth[copies], predicted[copies]),
        "mape": m.mean_absolute_percentage_error(truth, predicted, sample_weight=weights),
        "r2": m.r2_score(truth, predicted, sample_weight=weights),
        "spearman": spearmanr(truth[copies], predicted[copies])[0],
    }


result = {"classes": [], "numbers": []}
for count, rows, digits in [(2, 40, 1), (2, 61, 17), (3, 45, 1), (4, 80, 17)]:
    truth, shares, labels, weights = classes(count, rows, digits)
    result["classes"].append(
        {
            "names": [f"c{k}" for k in range(count)],
            "truth": truth.tolist(),
            "probabilities": shares.ravel().tolist(),
            "labels": labels.tolist(),
            "weights": weights.tolist(),
            "plain": of_classes(truth, shares, labels, np.ones(rows)),
            "weighed": of_classes(truth, shares, labels, weights),
        }
    )
for rows, digits in [(40, 0), (41, 17)]:
    truth = np.round(random.normal(20, 5, rows), digits)
    predicted = np.round(truth + random.normal(0, 3, rows), digits)
    weights = random.integers(0, 4, rows).astype(float)
    result["numbers"].append(
        {
            "truth": truth.tolist(),
            "predicted": predicted.tolist(),
            "weights": weights.tolist(),
            "plain": of_numbers(truth, predicted, np.ones(rows)),
            "weighed": of_numbers(truth, predicted, weights),
        }
    )
print(json.dumps(result))
