"""The tutorial's own data through the HTTP API: patient-level hold-out inside the train folder, the test folder as an external test.

usage: paediatric_chest_xray.py DATA_DIR --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--seeds 41 42 43]
                               [--precision float32|bfloat16]
DATA_DIR holds train/<CLASS>/*.jpeg and test/<CLASS>/*.jpeg. Needs a running `./foldwise up`. ResNet-18 from scratch, 128 x 128 grey,
three equal channels as in the recipe compared with, 4 epochs, Adam 1e-3, batch 16. Prints one JSON line per seed and a summary.
"""
import argparse
import json
import os
import statistics
import tempfile
import time

from foldwise_http import Foldwise, estimate, files_below, zip_folder

PATIENT = r"(?<patient>person\d+|NORMAL2-IM-\d+|IM-\d+)"

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--seeds", type=int, nargs="+", default=[41, 42, 43])
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
arguments = parser.parse_args()

foldwise = Foldwise(arguments.server, arguments.key_file)
stamp = time.strftime("%Y%m%d-%H%M%S")
project = foldwise.project("paediatric-chest-xray")
datasets = {}
with tempfile.TemporaryDirectory() as scratch:
    for part in ("train", "test"):
        folder = os.path.join(arguments.data, part)
        archive = zip_folder(folder, os.path.join(scratch, part + ".zip"), files_below(folder, ".jpeg", ".jpg", ".png"))
        begin = time.time()
        dataset = foldwise.frozen_dataset(
            project, archive, name=f"{part}-{stamp}", positiveLabel="PNEUMONIA", modality="CR", bodyPart="chest",
            layout={"kind": "classFolders", "patientIdPattern": PATIENT})
        datasets[part] = dataset
        print(f"{part}: {dataset['imageCount']} images, {dataset['patientCount']} patients, frozen in {time.time() - begin:.1f} s", flush=True)

aucs = []
for seed in arguments.seeds:
    split = foldwise.post(f"/api/v1/datasets/{datasets['train']['id']}/splits", {
        "name": f"holdout-{seed}", "seed": seed, "spec": {"kind": "holdout", "train": 0.8, "validation": 0.2, "test": 0.0}})
    plan = {
        "backbone": "resnet18", "image": {"size": 128, "channels": 3, "aspect": "stretch"},
        "augmentation": [{"kind": "rotation", "degrees": 10}],
        "loss": {"kind": "binaryCrossEntropy", "positiveWeight": {"kind": "balanced"}},
        "optimizer": {"kind": "adam", "learningRate": 1e-3, "weightDecay": 1e-5},
        "schedule": {"kind": "plateau", "factor": 0.1, "patience": 3},
        "epochs": arguments.epochs, "batchSize": 16, "precision": arguments.precision,
        "stopping": {"metric": "validationRocAuc", "patience": arguments.epochs, "minDelta": 0}, "seed": seed}
    begin = time.time()
    experiment = foldwise.finished_experiment(name=f"{stamp}-{arguments.precision}-{seed}", splitId=split["id"], plan=plan, procedure={"kind": "train"})
    run = foldwise.runs(experiment)[0]
    seconds = time.time() - begin
    validation = foldwise.finished_evaluation(
        subject={"runId": run["id"]}, subset="validation", threshold={"rule": {"kind": "f1"}})
    test = foldwise.finished_evaluation(
        subject={"runId": run["id"]}, subset="external", datasetId=datasets["test"]["id"], sharedPatients="distinctPatients",
        reason="The publisher numbers the patients of the two folders separately as far as is known; compared with a published recipe.")
    report = test["report"]
    aucs.append(report["rocAuc"]["value"])
    print(json.dumps({
        "seed": seed, "precision": arguments.precision, "testAuc": report["rocAuc"]["value"], "testImages": report["images"],
        "testAveragePrecision": report["averagePrecision"]["value"], "testF1": report["f1"]["value"],
        "validationAuc": validation["report"]["rocAuc"]["value"], "trainingSeconds": round(seconds, 1)}), flush=True)
    print("  test AUC " + estimate(report["rocAuc"]) + ", validation AUC " + estimate(validation["report"]["rocAuc"]), flush=True)
print(json.dumps({"testAucMean": statistics.mean(aucs), "testAucMin": min(aucs), "testAucMax": max(aucs), "seeds": arguments.seeds}))
