"""Writes what scikit-learn makes of drawn logits of several classes: oracles.json beside RecalibrationOracleTest.

    python3 learning/src/test/python/recalibration_oracles.py \
        learning/src/test/resources/org/foldwise/learning/metrics/recalibration/oracles.json

Needs scikit-learn 1.8 or later. The temperature of the lowest log loss is computed a second time as the root of the loss's slope, which
scikit-learn's minimiser comes to within about 1e-8 of. Its sigmoids stop at about 1e-6.
"""

import json
import sys

import numpy
import scipy
import sklearn
from scipy.optimize import brentq
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

CLASSES = 4
IMAGES = 90
QUERIES = 15


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose input is what it says."""

    def fit(self, scores, truth):
        self.classes_ = numpy.arange(CLASSES)
        return self

    def decision_function(self, scores):
        return scores

    def predict(self, scores):
        return scores.argmax(axis=1)


def calibrated(method, scores, truth, queries):
    model = CalibratedClassifierCV(FrozenEstimator(Given().fit(scores, truth)), method=method)
    return model.fit(scores, truth).predict_proba(queries)


def odds(logits):
    """The logarithm of the odds of each class against all others."""
    columns = []
    for k in range(CLASSES):
        others = numpy.delete(logits, k, axis=1)
        highest = others.max(axis=1)
        columns.append(logits[:, k] - highest - numpy.log(numpy.exp(others - highest[:, None]).sum(axis=1)))
    return numpy.stack(columns, axis=1)


def temperature(logits, truth):
    own = logits[numpy.arange(len(truth)), truth]
    return 1 / brentq(lambda beta: ((softmax(beta * logits, axis=1) * logits).sum(axis=1) - own).sum(), 1e-3, 1e3, xtol=1e-15)


def main():
    random = numpy.random.default_rng(20261129)
    truth = random.choice(CLASSES, size=IMAGES, p=[0.4, 0.3, 0.2, 0.1])
    logits = 2.5 * random.normal(size=(IMAGES, CLASSES)) + [1.0, 0.0, 0.5, -0.5]
    logits[numpy.arange(IMAGES), truth] += 3
    logits = numpy.round(logits, 6)
    queries = numpy.round(3 * random.normal(size=(QUERIES, CLASSES)), 6)
    with open(sys.argv[1], "w") as file:
        json.dump(
            {
                "scikitLearn": sklearn.__version__,
                "numpy": numpy.__version__,
                "scipy": scipy.__version__,
                "logits": logits.tolist(),
                "truth": truth.tolist(),
                "queries": queries.tolist(),
                "exactTemperature": temperature(logits, truth),
                "temperature": calibrated("temperature", logits, truth, queries).tolist(),
                "platt": calibrated("sigmoid", odds(logits), truth, odds(queries)).tolist(),
                "isotonic": calibrated("isotonic", softmax(logits, axis=1), truth, softmax(queries, axis=1)).tolist(),
            },
            file,
            indent=1,
        )
        file.write("\n")


if __name__ == "__main__":
    main()
