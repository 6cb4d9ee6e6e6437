"""Checks the figures of `./foldwise demo --exit --json FILE`: what is promised of the default cohort, and that nothing is missing."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    figures = json.load(file)

mistakes = []


def require(holds, what):
    if not holds:
        mistakes.append(what)


folds = figures["crossValidation"]["folds"]
aucs = [fold["auc"] for fold in folds]
confusion = figures["test"]["confusion"]
require(figures["dataset"]["images"] > figures["dataset"]["patients"] > 0, "several images per patient")
require(len(figures["dataset"]["digest"]) == 64, "the dataset's digest")
require(figures["split"]["sharedPatients"] == 0, "no patient in two roles")
require(len(figures["split"]["digest"]) == 64, "the split's digest")
require(len(folds) == 5, "five folds")
require(abs(sum(aucs) / 5 - figures["crossValidation"]["mean"]) < 1e-9, "the mean of the folds")
require(figures["crossValidation"]["std"] > 0, "a standard deviation over the folds")
require(figures["test"]["auc"] >= 0.90, f"a test AUC of at least 0.90, got {figures['test']['auc']}")
require(0 < figures["test"]["averagePrecision"] <= 1, "an average precision")
require(all(count >= 0 for count in confusion.values()) and sum(confusion.values()) > 0, "a confusion matrix")
require(len(figures["model"]["sha256"]) == 64 and figures["model"]["version"] >= 1, "a registered model version")
require(0 <= figures["prediction"]["probability"] <= 1 and figures["prediction"]["millis"] > 0, "a prediction")
require(sum(figures["seconds"].values()) > 0, "the seconds of each phase")
for mistake in mistakes:
    print("missing from the demo: " + mistake)
sys.exit(1 if mistakes else 0)
