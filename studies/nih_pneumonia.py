"""The NIH excerpt by its manifest: counts against the independently computed truths, then a 5-fold cross-validation with every fold shown.

usage: nih_pneumonia.py DATA_DIR --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--size 64] [--epochs 4]
DATA_DIR holds manifest.csv, images/ and truths.json. Needs a running `./foldwise up`.
"""
import argparse
import json
import os
import tempfile
import time

from foldwise_http import Foldwise, estimate, files_below, zip_folder

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--epochs", type=int, default=4)
arguments = parser.parse_args()

foldwise = Foldwise(arguments.server, arguments.key_file)
stamp = time.strftime("%Y%m%d-%H%M%S")
project = foldwise.project("nih-pneumonia")
with tempfile.TemporaryDirectory() as scratch:
    members = [os.path.join("images", name) for name in files_below(os.path.join(arguments.data, "images"), ".jpg", ".png")]
    archive = zip_folder(arguments.data, os.path.join(scratch, "nih.zip"), members + ["manifest.csv"])
    dataset = foldwise.frozen_dataset(
        project, archive, name=stamp, positiveLabel="pneumonia", modality="DX", bodyPart="chest",
        layout={"kind": "manifest", "columns": {"file": "file", "patientId": "patient_id", "label": "label"}})
with open(os.path.join(arguments.data, "truths.json"), encoding="utf-8") as file:
    truths = json.load(file)
profile = foldwise.get(f"/api/v1/datasets/{dataset['id']}/profile")
print(json.dumps({"images": dataset["imageCount"], "patients": dataset["patientCount"], "profile": profile}, indent=1))
assert dataset["imageCount"] == truths["images"], (dataset["imageCount"], truths["images"])
assert dataset["patientCount"] == truths["patients"], (dataset["patientCount"], truths["patients"])

split = foldwise.post(f"/api/v1/datasets/{dataset['id']}/splits", {
    "name": "five-folds", "seed": 42, "spec": {"kind": "kFold", "folds": 5, "test": 0.2, "validation": 0.15}})
assert split["certificate"]["sharedPatients"] == 0
begin = time.time()
experiment = foldwise.finished_experiment(
    name=stamp, splitId=split["id"], procedure={"kind": "crossValidation"},
    plan={"image": {"size": arguments.size, "channels": 1}, "epochs": arguments.epochs})
print(json.dumps(experiment["summary"], indent=1))
for fold in experiment["summary"]["folds"]:
    print("fold", fold["fold"], "AUC", estimate(fold["rocAuc"]))
print(f"{time.time() - begin:.0f} s")
