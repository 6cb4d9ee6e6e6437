"""A cross-validation of a frozen ResNet-18 in PyTorch, from image files to the scores of all held-out images.

"rerun" computes the backbone for each image in each epoch of each fold, as most people do; "cached" once for each image.
"""
import argparse
import random

import torch
import torchvision
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset
from torchvision import transforms

from contestant import serve
from network import head, network

FOLDS, EPOCHS, VALIDATION = 5, 5, 0.2
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

parser = argparse.ArgumentParser()
parser.add_argument("--variant", choices=["cached", "rerun"], required=True)
parser.add_argument("--setting", choices=["cached", "rerun"], required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--table", required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()

with open(arguments.table, encoding="utf-8") as table:
    rows = [line.rstrip("\n").split("\t") for line in table]
positive = sorted({label for _, label, _ in rows})[-1]
labels = [float(label == positive) for _, label, _ in rows]


class Films(Dataset):
    transform = transforms.Compose(
        [transforms.Resize((arguments.size, arguments.size)), transforms.ToTensor(), transforms.Normalize(MEAN, STD)])

    def __len__(self):
        return len(rows)

    def __getitem__(self, index):
        return self.transform(Image.open(rows[index][0]).convert("RGB")), labels[index]


def folds():
    """Of each fold the images for training, for validation, and held out, by patients."""
    patients = sorted({patient for _, _, patient in rows})
    random.Random(42).shuffle(patients)
    for fold in range(FOLDS):
        held_out = set(patients[fold::FOLDS])
        others = [patient for patient in patients if patient not in held_out]
        validation = set(others[: round(VALIDATION * len(others))])
        parts = [], [], []
        for index, (_, _, patient) in enumerate(rows):
            parts[2 if patient in held_out else 1 if patient in validation else 0].append(index)
        yield parts


def batches(data, size, shuffle, workers):
    return DataLoader(data, size, shuffle=shuffle, num_workers=workers)


def computed_features(net):
    net.fc = nn.Identity()
    features = []
    with torch.inference_mode():
        for images, _ in batches(Films(), 32, False, arguments.threads):
            features.append(net(images.contiguous(memory_format=torch.channels_last)))
    return torch.cat(features).clone()


def scores(answer, data, part, workers):
    found = []
    with torch.inference_mode():
        for inputs, _ in batches(Subset(data, part), 32, False, workers):
            found += torch.sigmoid(answer(inputs)).flatten().tolist()
    return found


def trained(data, answer, parameters, training, validation, workers):
    optimizer = torch.optim.Adam(parameters, lr=1e-3, weight_decay=1e-5, fused=True)
    positives = sum(labels[index] for index in training)
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor((len(training) - positives) / max(positives, 1)))
    for _ in range(EPOCHS):
        for inputs, targets in batches(Subset(data, training), arguments.batch, True, workers):
            optimizer.zero_grad()
            loss(answer(inputs).flatten(), targets.float()).backward()
            optimizer.step()
        scores(answer, data, validation, workers)


def cross_validate():
    net = network().eval().requires_grad_(False).to(memory_format=torch.channels_last)
    if arguments.setting == "cached":
        data, workers = TensorDataset(computed_features(net), torch.tensor(labels)), 0
    else:
        data, workers = Films(), arguments.threads
    scored = 0
    for training, validation, held_out in folds():
        top = head()
        if arguments.setting == "cached":
            answer = top
        else:
            net.fc = top
            answer = lambda images: net(images.contiguous(memory_format=torch.channels_last))  # noqa: E731
        top.train()
        trained(data, answer, list(top.parameters()), training, validation, workers)
        top.eval()
        scored += len(scores(answer, data, held_out, workers))
    return scored


def prepare():
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(42)
    return cross_validate


versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
serve(prepare, arguments.repetitions, versions, warm_ups=0)
