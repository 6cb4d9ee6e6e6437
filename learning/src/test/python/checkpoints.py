"""Writes the checkpoints that TorchCheckpointFileTest reads, with PyTorch itself, and what it finds in them.

    python3 -m venv venv && venv/bin/pip install torch
    venv/bin/python learning/src/test/python/checkpoints.py learning/src/test/resources/org/foldwise/learning/pretrained

The committed files were written by the version of PyTorch that expected.json names.
"""

import collections
import json
import math
import pathlib
import sys

import torch

FOLDER = pathlib.Path(sys.argv[1])
EXPECTED = {"torch": torch.__version__, "files": {}}


def values(tensor):
    """Row-major; numbers that JSON lacks as texts."""
    plain = tensor.detach().to(torch.float64 if tensor.is_floating_point() else torch.int64)
    flat = plain.contiguous().flatten().tolist()
    return [number if math.isfinite(number) else str(number) for number in flat]


def write(name, content, state, **how):
    torch.save(content, FOLDER / name, **how)
    EXPECTED["files"][name] = {
        key: {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": values(tensor)}
        for key, tensor in state.items()
    }


def kinds():
    """Every element type that is read, at its edges."""
    edges = [0.0, -0.0, 1.0, -1.5, 0.1, 65504.0, 6.103515625e-05, 5.960464477539063e-08, math.inf, -math.inf, math.nan]
    return {
        "float32": torch.tensor([[1.5, -2.25], [3.0e38, 1.0e-45]]),
        "float64": torch.tensor([0.1, -1.0e300], dtype=torch.float64),
        "float16": torch.tensor(edges, dtype=torch.float16),
        "bfloat16": torch.tensor(edges, dtype=torch.bfloat16),
        "int64": torch.tensor([-(2**63), 2**63 - 1]),
        "int32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "int16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "uint8": torch.tensor([0, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "num_batches_tracked": torch.tensor(1234567890123),
        "empty": torch.empty(0, 3),
    }


def views():
    """Tensors that are not laid out one value after the other in a storage of their own."""
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    return {
        "base": base,
        "transposed": base.transpose(0, 2),
        "slice": base[1, 1:, ::2],
        "expanded": torch.tensor([[7.0], [8.0]]).expand(2, 5),
        "channels_last": torch.arange(24, dtype=torch.float32).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
    }


def network():
    torch.manual_seed(3)
    return torch.nn.Sequential(
        collections.OrderedDict(conv1=torch.nn.Conv2d(3, 2, 3, bias=False), bn1=torch.nn.BatchNorm2d(2), fc=torch.nn.Linear(2, 3))
    )


def main():
    state = network().state_dict()
    write("kinds.pth", kinds(), kinds())
    write("views.pth", views(), views())
    write("network.pth", state, state)
    parallel = torch.nn.DataParallel(network())
    write("parallel.pth", parallel.state_dict(), state)
    trained = network()
    optimizer = torch.optim.Adam(trained.parameters())
    sum(parameter.sum() for parameter in trained.parameters()).backward()
    optimizer.step()
    checkpoint = {"epoch": 7, "loss": 0.25, "best": None, "done": False, "big": 2**40, "optimizer": optimizer.state_dict()}
    write("state_dict.pth", {**checkpoint, "state_dict": parallel.state_dict()}, state)
    write("model.pth", {**checkpoint, "model": state}, state)
    write("parameters.pth", dict(network().named_parameters()), dict(network().named_parameters()))
    write("protocol4.pth", state, state, pickle_protocol=4)
    legacy = {"_use_new_zipfile_serialization": False}
    write("legacy.pth", state, state, **legacy)
    write("legacy-kinds.pth", kinds(), kinds(), **legacy)
    write("legacy-views.pth", views(), views(), **legacy)
    write("legacy-protocol4.pth", state, state, pickle_protocol=4, **legacy)
    (FOLDER / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")


main()
