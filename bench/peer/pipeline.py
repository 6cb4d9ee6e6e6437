"""Batches for training from decoded pixels in a memory-mapped file: a Dataset and a DataLoader, on one thread or in one worker."""
import argparse
import tempfile

import numpy
import torch
import torchvision
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from contestant import serve

IMAGES, CHANNELS, BATCHES, DEGREES = 2048, 3, 64, 10
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

parser = argparse.ArgumentParser()
parser.add_argument("--variant", choices=["plain", "rotation"], required=True)
parser.add_argument("--setting", choices=["transforms", "arrays", "worker"], required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()
SHAPE = (IMAGES, arguments.size, arguments.size, CHANNELS)


class Transformed(Dataset):
    """As people write it: a Pillow image through torchvision's transforms."""

    def __init__(self, pixels):
        self.pixels = pixels
        rotation = [transforms.RandomRotation(DEGREES)] if arguments.variant == "rotation" else []
        self.transform = transforms.Compose([*rotation, transforms.ToTensor(), transforms.Normalize(MEAN, STD)])

    def __len__(self):
        return IMAGES

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.pixels[index])), index % 2


class Arrays(Dataset):
    """Bytes, which are scaled and normalised together once a batch is full."""

    def __init__(self, pixels):
        self.pixels = pixels

    def __len__(self):
        return IMAGES

    def __getitem__(self, index):
        image = self.pixels[index]
        if arguments.variant == "rotation":
            angle = float(torch.empty(1).uniform_(-DEGREES, DEGREES))
            image = numpy.asarray(Image.fromarray(image).rotate(angle))
        return torch.from_numpy(numpy.array(image)), index % 2


def normalized(batch):
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    return batch.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format).div_(255).sub_(mean).div_(std)


def pixels():
    file = tempfile.NamedTemporaryFile()
    written = numpy.memmap(file, numpy.uint8, "w+", shape=SHAPE)
    written[:] = numpy.random.default_rng(1).integers(0, 256, SHAPE, numpy.uint8)
    written.flush()
    mapped = numpy.memmap(file.name, numpy.uint8, "r", shape=SHAPE)
    return mapped, file


def prepare():
    torch.set_num_threads(1)
    mapped, file = pixels()
    is_arrays = arguments.setting == "arrays"
    workers = 1 if arguments.setting == "worker" else 0
    data = Arrays(mapped) if is_arrays else Transformed(mapped)
    loader = DataLoader(data, arguments.batch, shuffle=True, num_workers=workers, persistent_workers=workers > 0)

    def endless():
        while True:
            yield from loader

    batches = endless()

    def load():
        loaded = 0
        for _ in range(BATCHES):
            images, _ = next(batches)
            loaded += len(normalized(images) if is_arrays else images)
        return loaded

    load.file = file  # it is deleted when nobody holds it
    return load


serve(prepare, arguments.repetitions, {"torch": torch.__version__, "torchvision": torchvision.__version__})
