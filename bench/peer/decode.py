"""Image files in memory become grey pixels of the network's size in Pillow, one after the other."""
import argparse
import hashlib
import io
import os

import PIL
from PIL import Image

from contestant import serve

parser = argparse.ArgumentParser()
parser.add_argument("--variant", required=True)
parser.add_argument("--setting", choices=["pillow"], required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()


def read(name):
    with open(os.path.join(arguments.images, name), "rb") as file:
        return file.read()


files = [read(name) for name in sorted(os.listdir(arguments.images))]


def pixels(file):
    image = Image.open(io.BytesIO(file)).convert("L")
    return image.resize((arguments.size, arguments.size), Image.BILINEAR).tobytes()


def decode_all():
    for file in files:
        pixels(file)
    return len(files)


lines = [hashlib.sha256(pixels(file)).hexdigest() for file in files]
together = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
serve(lambda: decode_all, arguments.repetitions, {"pillow": PIL.__version__, "pixels": together})
