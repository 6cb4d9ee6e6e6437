"""The paediatric chest X-rays as a careful reader of the usual recipe would judge them: patient-level cross-validation, one frozen threshold, one vault.

usage: tutorial_cross_validation.py DATA_DIR --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--folds 3 5] [--epochs 5]
                                    [--precision float32|bfloat16] [--reports DIR]
DATA_DIR holds train/<CLASS>/*.jpeg and test/<CLASS>/*.jpeg. Needs a running `./foldwise up`. For each number of folds: 15 % of the train
folder's patients go into the locked test subset, the others are cross-validated (ResNet-18 from fresh weights, 128 x 128, Adam, batch 16); the
folds' networks answer together, their threshold is chosen by F1 on what each fold held out and then frozen; the test subset is opened once; the
test folder is looked at with the same threshold. Prints one line of JSON for each, then a table. With --reports, all reports are kept there.
"""
import argparse
import json
import os
import tempfile
import time
import urllib.request

from foldwise_http import Foldwise, estimate, files_below, zip_folder

PATIENT = r"(?<patient>person\d+|NORMAL2-IM-\d+|IM-\d+)"

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--folds", type=int, nargs="+", default=[3, 5])
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--learning-rate", type=float, default=1e-3)
parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
parser.add_argument("--reports")
arguments = parser.parse_args()

foldwise = Foldwise(arguments.server, arguments.key_file)
stamp = time.strftime("%Y%m%d-%H%M%S")
project = foldwise.project("tutorial-cross-validation")


def keep_report(path, name):
    """Saves a report as PDF and HTML, if reports are wanted."""
    if not arguments.reports:
        return
    os.makedirs(arguments.reports, exist_ok=True)
    for kind, suffix in (("application/pdf", "pdf"), ("text/html", "html")):
        request = urllib.request.Request(foldwise.server + path, headers={"Authorization": "Bearer " + foldwise.key, "Accept": kind})
        with urllib.request.urlopen(request, timeout=600) as answer, open(os.path.join(arguments.reports, f"{name}.{suffix}"), "wb") as file:
            file.write(answer.read())


def figures(evaluation):
    report = evaluation["report"]
    return {name: estimate(report[name]) for name in ("rocAuc", "f1", "recall", "specificity") if name in report} | {
        "images": report["images"], "optimism": evaluation.get("optimism")}


datasets = {}
with tempfile.TemporaryDirectory() as scratch:
    for part in ("train", "test"):
        folder = os.path.join(arguments.data, part)
        archive = zip_folder(folder, os.path.join(scratch, part + ".zip"), files_below(folder, ".jpeg", ".jpg", ".png"))
        datasets[part] = foldwise.frozen_dataset(
            project, archive, name=f"{part}-{stamp}", positiveLabel="PNEUMONIA", modality="CR", bodyPart="chest",
            layout={"kind": "classFolders", "patientIdPattern": PATIENT})

plan = {
    "backbone": "resnet18", "image": {"size": 128, "channels": 3, "aspect": "stretch"},
    "augmentation": [{"kind": "rotation", "degrees": 10}],
    "loss": {"kind": "binaryCrossEntropy", "positiveWeight": {"kind": "balanced"}},
    "optimizer": {"kind": "adam", "learningRate": arguments.learning_rate, "weightDecay": 1e-5},
    "schedule": {"kind": "plateau", "factor": 0.1, "patience": 3},
    "epochs": arguments.epochs, "batchSize": 16, "precision": arguments.precision,
    "stopping": {"metric": "validationRocAuc", "patience": arguments.epochs, "minDelta": 0}, "seed": 42}
rows = []
for folds in arguments.folds:
    split = foldwise.post(f"/api/v1/datasets/{datasets['train']['id']}/splits", {
        "name": f"{folds}-fold-{stamp}", "seed": 42, "spec": {"kind": "kFold", "folds": folds, "validation": 0.1, "test": 0.15}})
    begin = time.time()
    experiment = foldwise.finished_experiment(
        name=f"{stamp}-{folds}-fold", splitId=split["id"], plan=plan, procedure={"kind": "crossValidation"})
    seconds = time.time() - begin
    keep_report(f"/api/v1/experiments/{experiment['id']}/report", f"{folds}-fold-experiment")
    ensemble = foldwise.post("/api/v1/ensembles", {
        "name": f"{stamp}-mean-of-{folds}", "members": {"kind": "folds", "experimentId": experiment["id"]}})
    subject = {"runId": ensemble["id"]}
    results = {
        "outOfFold": foldwise.finished_evaluation(subject=subject, subset="validation", threshold={"rule": {"kind": "f1"}}),
        "vault": foldwise.finished_evaluation(
            subject=subject, subset="test", metrics=["rocAuc", "f1"], reason="The plan, the folds and the threshold are settled; the figures are for comparison with a published recipe."),
        "testFolder": foldwise.finished_evaluation(
            subject=subject, subset="external", datasetId=datasets["test"]["id"], sharedPatients="distinctPatients",
            reason="The publisher numbers the patients of the two folders separately as far as is known; compared with a published recipe.")}
    for name, evaluation in results.items():
        keep_report(f"/api/v1/evaluations/{evaluation['id']}/report", f"{folds}-fold-{name}")
        line = {"folds": folds, "what": name, **figures(evaluation)}
        print(json.dumps(line), flush=True)
        rows.append(line)
    summary = experiment["summary"]
    print(json.dumps({"folds": folds, "seconds": round(seconds, 1), "meanRocAuc": estimate(summary["meanRocAuc"]),
                      "standardDeviation": estimate(summary["standardDeviationRocAuc"]), "pooled": estimate(summary["pooled"]["rocAuc"])}), flush=True)

print("| folds | on | images | ROC AUC | F1 | alarm |\n|---|---|---|---|---|---|")
for row in rows:
    verdict = (row["optimism"] or {}).get("verdict", "")
    print(f"| {row['folds']} | {row['what']} | {row['images']} | {row['rocAuc']} | {row.get('f1', '')} | {verdict} |")
