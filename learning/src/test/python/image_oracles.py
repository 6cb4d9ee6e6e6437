"""Writes what Pillow, torchvision and OpenCV make of two drawn images, for ImageOraclesTest.

    python3 -m venv venv && venv/bin/pip install pillow==9.4.0 torchvision opencv-python-headless
    venv/bin/python learning/src/test/python/image_oracles.py learning/src/test/resources/org/foldwise/learning/imaging/oracles.json

The committed file was written by the versions that it names.
"""

import base64
import hashlib
import json
import sys

import cv2
import numpy
import PIL
import torch
import torchvision
from PIL import Image, ImageEnhance
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional
from torchvision.transforms.v2 import functional as functional2

RESAMPLING = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}
FILTER = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def drawn(width, height, channels):
    """Rings that grow finer outwards: ((3 x^2 + 5 y^2 + 7 x y) / 16 + 41 c) mod 256."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:channels]
    samples = (((3 * x * x + 5 * y * y + 7 * x * y) >> 4) + 41 * c) & 255
    samples = samples.astype(numpy.uint8)
    return Image.fromarray(samples[:, :, 0] if channels == 1 else samples)


def tensor(image):
    samples = torch.from_numpy(numpy.array(image))
    return samples.unsqueeze(0) if samples.ndim == 2 else samples.permute(2, 0, 1).contiguous()


def interleaved(tensor):
    return tensor.permute(1, 2, 0).contiguous().numpy().tobytes()


def offset(x, y, rows):
    """A displacement from -1.84 to 1.84 pixels."""
    return (((3 * x + 5 * y) if rows else (5 * x + 2 * y)) % 17 - 8) * 0.23


def elastic(image):
    width, height = image.size
    y, x = numpy.mgrid[0:height, 0:width]
    displacement = numpy.stack([2 * offset(x, y, False) / width, 2 * offset(x, y, True) / height], axis=-1)
    return functional2.elastic(tensor(image), torch.from_numpy(displacement[None].astype(numpy.float32)))


def clahe(image, clip_limit, tiles):
    return cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=(tiles, tiles)).apply(numpy.array(image)).tobytes()


def affine(image, angle, dx, dy, scale, shear, resampling):
    return functional.affine(image, angle, [dx, dy], scale, [shear, 0.0], RESAMPLING[resampling], fill=0)


def results():
    for channels in (1, 3):
        for width, height, to_width, to_height in ((90, 70, 64, 64), (50, 75, 64, 64), (61, 200, 33, 20), (64, 64, 64, 31)):
            for name, kind in FILTER.items():
                image = drawn(width, height, channels)
                yield image, "resize", [to_width, to_height, name], image.resize((to_width, to_height), kind).tobytes()
        image = drawn(64, 48, channels)
        for resampling in RESAMPLING:
            for angle in (10.0, -7.25, 90.0, 180.0, 33.3):
                turned = functional.rotate(image, angle, RESAMPLING[resampling])
                yield image, "rotate", [angle, resampling], turned.tobytes()
            for arguments in (
                (0.0, 5, -3, 1.0, 0.0),
                (0.0, 0, 0, 1.0, 0.0),
                (0.0, 0, 0, 1.1, 0.0),
                (0.0, 0, 0, 0.85, 0.0),
                (0.0, 0, 0, 1.0, 7.5),
                (4.5, -6, 4, 0.93, -3.0),
                (-10.0, 3, 1, 1.07, 5.0),
            ):
                yield image, "affine", [*arguments, resampling], affine(image, *arguments, resampling).tobytes()
        for left, top, width, height in ((3, 5, 50, 40), (0, 0, 64, 48), (10, 0, 31, 48)):
            cropped = functional.resized_crop(image, top, left, height, width, [48, 64], InterpolationMode.BILINEAR)
            yield image, "crop", [left, top, width, height], cropped.tobytes()
        for short, crop in ((32, 28), (48, 41), (37, 37)):
            for name, kind in (("bilinear", InterpolationMode.BILINEAR), ("bicubic", InterpolationMode.BICUBIC)):
                for shape in (image, drawn(47, 81, channels)):
                    cut = functional.center_crop(functional.resize(shape, short, kind), crop)
                    yield shape, "centreCrop", [short, crop, name], cut.tobytes()
        for factor in (0.8, 1.0, 1.2, 1.37):
            yield image, "brightness", [factor], functional.adjust_brightness(image, factor).tobytes()
            yield image, "contrast", [factor], functional.adjust_contrast(image, factor).tobytes()
            yield image, "gamma", [factor], functional.adjust_gamma(image, factor).tobytes()
        for sigma, size in ((0.5, 5), (1.0, 7), (2.3, 15)):
            yield image, "blur", [sigma], interleaved(functional2.gaussian_blur(tensor(image), [size, size], [sigma, sigma]))
        yield image, "elastic", [], interleaved(elastic(image))
        yield image, "flip", ["horizontal"], functional.hflip(image).tobytes()
        yield image, "flip", ["vertical"], functional.vflip(image).tobytes()
    for width, height in ((64, 48), (61, 45), (128, 128)):
        for clip_limit, tiles in ((2.0, 8), (1.0, 4), (4.7, 3), (40.0, 8)):
            image = drawn(width, height, 1)
            yield image, "clahe", [clip_limit, tiles], clahe(image, clip_limit, tiles)


def entry(image, operation, arguments, result):
    entry = {
        "operation": operation,
        "arguments": arguments,
        "width": image.width,
        "height": image.height,
        "channels": len(image.getbands()),
        "sha256": hashlib.sha256(result).hexdigest(),
    }
    if operation in ("blur", "elastic"):
        entry["samples"] = base64.b64encode(result).decode()
    return entry


document = {
    "pillow": PIL.__version__,
    "torchvision": torchvision.__version__,
    "torch": torch.__version__,
    "opencv": cv2.__version__,
    "results": [entry(*result) for result in results()],
}
with open(sys.argv[1], "w", encoding="utf-8") as out:
    json.dump(document, out, indent=1)
    out.write("\n")
