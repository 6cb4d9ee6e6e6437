"""Steps of training in PyTorch: forward, loss, backward, Adam, on a batch that lies in memory."""
import argparse

import torch
import torchvision
from torch import nn

from contestant import Unavailable, serve
from network import network

SETTINGS = {
    "eager": {},
    "eagerFloat32": {"autocast": False},
    "foreach": {"foreach": True},
    "channelsLast": {"channels_last": True},
    "channelsLastForeach": {"channels_last": True, "foreach": True},
    "channelsLastFused": {"channels_last": True, "fused": True},
    "compiled": {"channels_last": True, "fused": True, "compiled": True},
    # of a frozen backbone, which normalises by its running statistics, as in a prediction
    "evaluated": {"channels_last": True, "fused": True, "evaluated": "eager"},
    "evaluatedConverted": {"channels_last": True, "fused": True, "evaluated": "converted"},
    "evaluatedTraced": {"channels_last": True, "fused": True, "evaluated": "traced"},
    "evaluatedCompiled": {"channels_last": True, "fused": True, "evaluated": "compiled"},
    # of features that were computed once, before
    "cached": {"channels_last": True, "fused": True, "evaluated": "cached"},
    "evaluatedCompiledFreezing": {"channels_last": True, "fused": True, "evaluated": "compiledFreezing"},
}

parser = argparse.ArgumentParser()
parser.add_argument("--variant", choices=["float32", "bfloat16", "frozen", "frozen-bfloat16", "frozen-cached"], required=True)
parser.add_argument("--setting", choices=list(SETTINGS), required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()
FROZEN = arguments.variant.startswith("frozen")
BFLOAT16 = arguments.variant.endswith("bfloat16")


def computed_apart(net, images, way, autocast):
    """The network with its backbone in evaluation mode, without gradients, in one of the ways of computing an inference."""
    top, net.fc = net.fc, nn.Identity()
    body = net.eval()
    top.train()
    if way == "converted":
        body = body.to(torch.bfloat16)
        images = images.to(torch.bfloat16)
        autocast = False
    if way == "traced":  # in bfloat16 as PyTorch's manual has it: under autocast, whose cache of casts a trace cannot have
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=autocast, cache_enabled=False):
            body = torch.jit.optimize_for_inference(torch.jit.trace(body, images))
        autocast = False
    if way == "compiledFreezing":
        torch._inductor.config.freezing = True
    if way in ("compiled", "compiledFreezing"):
        body = torch.compile(body)
    if way == "cached":
        with torch.no_grad():
            features = body(images)
        return lambda: top(features)

    def logits():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            features = body(images)
        return top(features.float())

    return logits


def computed_at_once(net, images, compiled, autocast):
    net.train()
    forward = torch.compile(net) if compiled else net

    def logits():
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            return forward(images).float()

    return logits


def prepare(channels_last=False, foreach=None, fused=None, evaluated=None, compiled=False, autocast=BFLOAT16):
    torch.set_num_threads(arguments.threads)
    net = network()
    if FROZEN:
        net.requires_grad_(False)
        net.fc.requires_grad_(True)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    images = torch.randn(arguments.batch, 3, arguments.size, arguments.size).contiguous(memory_format=layout)
    targets = torch.randint(0, 2, (arguments.batch, 1)).float()
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=1e-3, weight_decay=1e-5, foreach=foreach, fused=fused)
    loss = nn.BCEWithLogitsLoss()

    def step():
        optimizer.zero_grad()
        error = loss(logits(), targets)
        error.backward()
        optimizer.step()
        error.item()
        return arguments.batch

    try:
        logits = (
            computed_apart(net, images, evaluated, autocast)
            if evaluated
            else computed_at_once(net, images, compiled, autocast)
        )
        step()
    except Exception as problem:  # whatever a compiler lacks, the other settings still count
        raise Unavailable(f"{arguments.setting}: {type(problem).__name__}") from problem
    return step


serve(
    lambda: prepare(**SETTINGS[arguments.setting]),
    arguments.repetitions,
    {"torch": torch.__version__, "torchvision": torchvision.__version__},
    warm_ups=16,  # as many as ours has: the C library learns from the first steps, too
)
