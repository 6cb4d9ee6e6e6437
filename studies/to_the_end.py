"""Two public excerpts from the upload to the reports: NIH's chest films with 14 findings as labels, and CT slices with and without contrast.

usage: to_the_end.py {nih,ct} DATA_DIR --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--size 128] [--epochs 6] [--reports DIR]
DATA_DIR holds manifest.csv and images/. Needs a running `./foldwise up`. Freezes the dataset (what is found is waived and printed), divides
patients 60 : 20 : 20 (a finding tells of labels that too few patients have for every subset), trains a ResNet-18 from fresh weights, chooses
thresholds, a temperature and prediction sets on validation patients, opens the test subset once, looks for the nearest training patients of
the worst mistakes, and prints what the reports say. With --reports, all are kept there as PDF and HTML.
"""
import argparse
import json
import os
import tempfile
import time
import urllib.request

from foldwise_http import Foldwise, files_below, zip_folder

DATASETS = {
    "nih": {
        "task": "multilabel", "modality": "DX", "bodyPart": "chest",
        "layout": {"kind": "manifest", "emptyLabel": "No Finding", "columns": {
            "file": "file", "patientId": "patient_id", "label": "findings", "attributes": ["view", "sex", "age_years"]}}},
    "ct": {
        "task": "binary", "positiveLabel": "contrast", "modality": "CT", "bodyPart": "chest",
        "layout": {"kind": "manifest", "columns": {
            "file": "file", "patientId": "patient_id", "label": "label", "attributes": ["manufacturer", "sex"]}}},
}

# what each task's test subset is opened for
METRICS = {"multilabel": ["meanRocAuc", "meanAveragePrecision"], "binary": ["rocAuc", "recall", "specificity"]}

parser = argparse.ArgumentParser()
parser.add_argument("which", choices=sorted(DATASETS))
parser.add_argument("data")
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--size", type=int, default=128)
parser.add_argument("--epochs", type=int, default=6)
parser.add_argument("--reports")
arguments = parser.parse_args()

foldwise = Foldwise(arguments.server, arguments.key_file)
stamp = f"{arguments.which}-{time.strftime('%Y%m%d-%H%M%S')}"
project = foldwise.project("to-the-end")


def keep_report(path, name):
    """Saves a report as PDF and HTML, if reports are wanted."""
    if not arguments.reports:
        return
    os.makedirs(arguments.reports, exist_ok=True)
    for kind, suffix in (("application/pdf", "pdf"), ("text/html", "html")):
        request = urllib.request.Request(foldwise.server + path, headers={"Authorization": "Bearer " + foldwise.key, "Accept": kind})
        with urllib.request.urlopen(request, timeout=600) as answer, open(
                os.path.join(arguments.reports, f"{arguments.which}-{name}.{suffix}"), "wb") as file:
            file.write(answer.read())


with tempfile.TemporaryDirectory() as scratch:
    folder = os.path.join(arguments.data, "images")
    members = [os.path.join("images", name) for name in files_below(folder, ".jpg", ".jpeg", ".png")]
    archive = zip_folder(arguments.data, os.path.join(scratch, "images.zip"), ["manifest.csv", *members])
    dataset = foldwise.frozen_dataset(project, archive, name=stamp, **DATASETS[arguments.which])
path = "/api/v1/datasets/" + dataset["id"]
waived = set()
for finding in foldwise.get(path + "/findings")["findings"]:
    print(f"{finding['severity']:8} {finding['code']}: {finding['evidence']}", flush=True)
    if finding["severity"] == "blocking" and finding["code"] not in waived:
        waived.add(finding["code"])
        foldwise.post(path + "/waivers", {"code": finding["code"], "reason": "A study of what the reports say about this excerpt."})

split = foldwise.post(path + "/splits", {
    "name": stamp, "seed": 42, "spec": {"kind": "holdout", "train": 0.6, "validation": 0.2, "test": 0.2}})
plan = {"image": {"size": arguments.size, "channels": 1}, "epochs": arguments.epochs, "batchSize": 16, "seed": 42}
experiment = foldwise.finished_experiment(name=stamp, splitId=split["id"], plan=plan, procedure={"kind": "train"})
subject = {"runId": foldwise.runs(experiment)[0]["id"]}
rule = {"threshold": {"rule": {"kind": "youden"}}, "recalibration": "temperature"}
evaluations = {
    "validation": foldwise.finished_evaluation(subject=subject, subset="validation", **rule),
    "test": foldwise.finished_evaluation(subject=subject, subset="test", metrics=METRICS[DATASETS[arguments.which]["task"]],
                                        reason="The plan and its thresholds are settled; a study of the reports.")}
for name, evaluation in evaluations.items():
    path = "/api/v1/evaluations/" + evaluation["id"]
    neighbourhood = foldwise.post(path + "/neighbourhoods", {"neighbours": 3})
    neighbourhood = foldwise.wait("/api/v1/neighbourhoods/" + neighbourhood["id"], ["succeeded"])
    evaluation = foldwise.get(path)
    print(json.dumps({"evaluation": name, **{key: value for key, value in evaluation.items() if key not in ("errorReview", "id", "subject")}}, indent=1), flush=True)
    print(json.dumps({"subgroups": foldwise.get(path + "/subgroups")}, indent=1), flush=True)
    print(json.dumps({"neighbours": [
        {key: case.get(key) for key in ("agreeingWithLabel", "agreeingWithCalled", "fartherThanUnseen")} for case in neighbourhood["cases"][:10]]}), flush=True)
    keep_report(path + "/report", name)
keep_report(f"/api/v1/experiments/{experiment['id']}/report", "experiment")
