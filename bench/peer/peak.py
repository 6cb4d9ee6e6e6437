"""A large 3 x 3 convolution in PyTorch, which runs as near to the machine's limit as anything in a network."""
import argparse

import torch
from torch import nn

from contestant import serve

CHANNELS, KERNEL, SIDE = 256, 3, 28
FORMATS = {"contiguous": torch.contiguous_format, "channelsLast": torch.channels_last}

parser = argparse.ArgumentParser()
parser.add_argument("--variant", required=True)
parser.add_argument("--setting", choices=list(FORMATS), required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()
TYPE = torch.bfloat16 if arguments.variant.endswith("-bfloat16") else torch.float32


def prepare():
    torch.set_num_threads(arguments.threads)
    layout = FORMATS[arguments.setting]
    layer = nn.Conv2d(CHANNELS, CHANNELS, KERNEL, padding=1, bias=False).to(TYPE, memory_format=layout)
    images = torch.randn(arguments.batch, CHANNELS, SIDE, SIDE).to(TYPE).contiguous(memory_format=layout)
    multiplications = CHANNELS * CHANNELS * KERNEL * KERNEL * SIDE * SIDE * arguments.batch

    def convolve():
        with torch.inference_mode():
            layer(images)
        return 2 * multiplications

    return convolve


serve(prepare, arguments.repetitions, {"torch": torch.__version__})
