"""Steps of training in PyTorch: forward, loss, backward, Adam, on a batch that lies in memory."""
import argparse

import torch
import torchvision
from torch import nn

from contestant import Unavailable, serve
from network import network

SETTINGS = {
    "eager": {},
    "foreach": {"foreach": True},
    "channelsLast": {"channels_last": True},
    "channelsLastForeach": {"channels_last": True, "foreach": True},
    "channelsLastFused": {"channels_last": True, "fused": True},
    "evaluated": {"channels_last": True, "fused": True, "evaluated": True},
    "compiled": {"channels_last": True, "fused": True, "compiled": True},
}

parser = argparse.ArgumentParser()
parser.add_argument("--variant", choices=["float32", "bfloat16", "frozen"], required=True)
parser.add_argument("--setting", choices=list(SETTINGS), required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()


def prepare(channels_last=False, foreach=None, fused=None, evaluated=False, compiled=False):
    torch.set_num_threads(arguments.threads)
    net = network()
    if arguments.variant == "frozen":
        net.requires_grad_(False)
        net.fc.requires_grad_(True)
    net.train()
    if evaluated:  # the frozen backbone normalises by its running statistics, as in a prediction
        net.eval()
        net.fc.train()
    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size).contiguous(memory_format=layout)
    targets = torch.randint(0, 2, (arguments.batch, 1)).float()
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=1e-3, weight_decay=1e-5, foreach=foreach, fused=fused)
    loss = nn.BCEWithLogitsLoss()
    forward = torch.compile(net) if compiled else net

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.variant == "bfloat16"):
            logits = forward(images)
        error = loss(logits.float(), targets)
        error.backward()
        optimizer.step()
        error.item()
        return arguments.batch

    if compiled:
        try:
            step()
        except Exception as problem:  # whatever the compiler lacks, the other settings still count
            raise Unavailable(f"torch.compile: {type(problem).__name__}") from problem
    return step


serve(
    lambda: prepare(**SETTINGS[arguments.setting]),
    arguments.repetitions,
    {"torch": torch.__version__, "torchvision": torchvision.__version__},
)
