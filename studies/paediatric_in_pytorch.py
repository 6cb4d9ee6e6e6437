"""The recipe of paediatric_chest_xray.py written in PyTorch and torchvision: what a researcher would have without Foldwise.

usage: bench/.venv/bin/python studies/paediatric_in_pytorch.py DATA_DIR [--seeds 41 42 43] [--precision float32|bfloat16]
DATA_DIR holds train/<CLASS>/*.jpeg and test/<CLASS>/*.jpeg. bench/install installs what it needs. ResNet-18 from fresh weights,
128 x 128 grey in three equal channels, rotation by up to 10 degrees, weighted BCE, Adam 1e-3, plateau on the training loss, 4 epochs,
batch 16; a fifth of the patients for validation, the epoch with the best validation AUC judged on the test folder.
bfloat16 is what PyTorch's manual has for processors: channels last, autocast. Prints one JSON line per epoch and seed and a summary.
"""
import argparse
import json
import os
import random
import re
import statistics

import numpy
import torch
from PIL import Image
from torch import nn
from torchvision import models, transforms

CLASSES = ["NORMAL", "PNEUMONIA"]
PATIENT = re.compile(r"person\d+|NORMAL2-IM-\d+|IM-\d+")
SIZE = 128
BATCH = 16
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--seeds", type=int, nargs="+", default=[41, 42, 43])
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
parser.add_argument("--threads", type=int, default=2)
arguments = parser.parse_args()
BFLOAT16 = arguments.precision == "bfloat16"
LAYOUT = torch.channels_last if BFLOAT16 else torch.contiguous_format


def films(part):
    """Pixels, labels and patients of a folder, by file name."""
    pixels, labels, patients = [], [], []
    for label, name in enumerate(CLASSES):
        folder = os.path.join(arguments.data, part, name)
        for file in sorted(os.listdir(folder)):
            grey = Image.open(os.path.join(folder, file)).convert("L")
            pixels.append(numpy.asarray(grey.resize((SIZE, SIZE), Image.BILINEAR)))
            labels.append(label)
            patients.append(name + PATIENT.match(file).group())
    return numpy.stack(pixels), numpy.array(labels), numpy.array(patients)


def area_under_curve(labels, scores):
    """Mann-Whitney: ties count half."""
    values, index, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(counts) - (counts - 1) / 2)[index]
    positives = int(labels.sum())
    negatives = len(labels) - positives
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def batch(pixels, chosen, augmentation=None):
    images = []
    for i in chosen:
        film = Image.fromarray(pixels[i])
        if augmentation:
            film = augmentation(film)
        values = torch.from_numpy(numpy.array(film)).float().div(255).expand(3, -1, -1)
        images.append((values - MEAN) / DEVIATION)
    return torch.stack(images).contiguous(memory_format=LAYOUT)


def logits(net, images):
    with torch.autocast("cpu", torch.bfloat16, enabled=BFLOAT16):
        return net(images).float().ravel()


def scores(net, pixels, chosen):
    net.eval()
    with torch.no_grad():
        return numpy.concatenate(
            [torch.sigmoid(logits(net, batch(pixels, chosen[at : at + 64]))).numpy() for at in range(0, len(chosen), 64)])


def train(seed, pixels, labels, patients):
    """The network of the best epoch, and its validation AUC."""
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    everybody = sorted(set(patients))
    random.shuffle(everybody)
    held_out = numpy.isin(patients, everybody[: len(everybody) // 5])
    validation, training = numpy.flatnonzero(held_out), numpy.flatnonzero(~held_out)
    net = models.resnet18(weights=None)
    net.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(512, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 1))
    net = net.to(memory_format=LAYOUT)
    negatives = int((labels[training] == 0).sum())
    loss_of = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([negatives / (len(training) - negatives)]))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-5)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.1, patience=3)
    rotation = transforms.RandomRotation(10)
    best, weights = -1, None
    for epoch in range(arguments.epochs):
        net.train()
        order = numpy.random.permutation(training)
        total = 0.0
        for at in range(0, len(order), BATCH):
            chosen = order[at : at + BATCH]
            if len(chosen) < 2:  # a batch of one has no variance to normalise by
                continue
            optimizer.zero_grad()
            loss = loss_of(logits(net, batch(pixels, chosen, rotation)), torch.from_numpy(labels[chosen]).float())
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        schedule.step(total / len(order))
        auc = area_under_curve(labels[validation], scores(net, pixels, validation))
        print(json.dumps({"seed": seed, "epoch": epoch + 1, "trainingLoss": total / len(order), "validationAuc": auc}), flush=True)
        if auc > best:
            best, weights = auc, {name: value.clone() for name, value in net.state_dict().items()}
    net.load_state_dict(weights)
    return net, best


torch.set_num_threads(arguments.threads)
development, test = films("train"), films("test")
aucs = []
for seed in arguments.seeds:
    network, validation_auc = train(seed, *development)
    aucs.append(area_under_curve(test[1], scores(network, test[0], numpy.arange(len(test[1])))))
    print(json.dumps({"seed": seed, "precision": arguments.precision, "testAuc": aucs[-1], "validationAuc": validation_auc}), flush=True)
print(json.dumps({
    "testAucMean": statistics.mean(aucs), "testAucMin": min(aucs), "testAucMax": max(aucs), "seeds": arguments.seeds,
    "precision": arguments.precision, "torch": torch.__version__}))
