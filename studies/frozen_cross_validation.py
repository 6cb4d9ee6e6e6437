"""How long a 5-fold cross-validation with a frozen backbone takes, from its start to its summary, through the HTTP API.

usage: frozen_cross_validation.py DATA_DIR --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--epochs 5] [--size 128]
DATA_DIR holds train/<CLASS>/*.jpeg, the folder of the paediatric chest X-rays. Needs a running `./foldwise up`. The first cross-
validation decodes every image and computes every feature, unless the worker's cache has them from an earlier one; the second, another
trial of the same plan, finds them. Prints a line for each run and one of JSON for each cross-validation.
"""
import argparse
import json
import os
import tempfile
import time

from foldwise_http import Foldwise, files_below, zip_folder

PATIENT = r"(?<patient>person\d+|NORMAL2-IM-\d+|IM-\d+)"

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--size", type=int, default=128)
arguments = parser.parse_args()

foldwise = Foldwise(arguments.server, arguments.key_file)
stamp = time.strftime("%Y%m%d-%H%M%S")
folder = os.path.join(arguments.data, "train")
with tempfile.TemporaryDirectory() as scratch:
    archive = zip_folder(folder, os.path.join(scratch, "train.zip"), files_below(folder, ".jpeg", ".jpg", ".png"))
    dataset = foldwise.frozen_dataset(
        foldwise.project("frozen-cross-validation"), archive, name=f"train-{stamp}", positiveLabel="PNEUMONIA", modality="CR",
        bodyPart="chest", layout={"kind": "classFolders", "patientIdPattern": PATIENT})
split = foldwise.post(f"/api/v1/datasets/{dataset['id']}/splits", {
    "name": f"5-fold-{stamp}", "seed": 42, "spec": {"kind": "kFold", "folds": 5, "validation": 0.2, "test": 0.0}})
for learning_rate in (1e-3, 3e-4):
    plan = {"image": {"size": arguments.size}, "freeze": {"stages": 5}, "epochs": arguments.epochs,
            "stopping": {"patience": arguments.epochs}, "optimizer": {"kind": "adam", "learningRate": learning_rate}}
    begin = time.time()
    experiment = foldwise.finished_experiment(
        name=f"{stamp}-{learning_rate}", splitId=split["id"], plan=plan, procedure={"kind": "crossValidation"})
    seconds = time.time() - begin
    for run in foldwise.runs(experiment):
        epochs = foldwise.get(f"/api/v1/runs/{run['id']}/epochs")["epochs"]
        print(f"  fold {run['fold']}: {run['startedAt'][11:19]} to {run['finishedAt'][11:19]}, images/s in its epochs "
              + ", ".join(f"{epoch['imagesPerSecond']:.0f}" for epoch in epochs), flush=True)
    print(json.dumps({"images": dataset["imageCount"], "learningRate": learning_rate, "seconds": round(seconds, 1)}), flush=True)
