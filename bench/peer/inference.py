"""Answers of a network in PyTorch and in ONNX Runtime, on a batch that lies in memory."""
import argparse
import io
import warnings

import numpy
import onnxruntime
import torch

from contestant import Unavailable, serve
from network import network

parser = argparse.ArgumentParser()
parser.add_argument("--variant", required=True)
SETTINGS = ["eager", "channelsLast", "autocast", "converted", "traced", "compiled", "onnxruntime"]
parser.add_argument("--setting", choices=SETTINGS, required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repetitions", type=int, required=True)
arguments = parser.parse_args()
BFLOAT16 = arguments.variant.endswith("-bfloat16")
SHAPE = (arguments.batch, 3, arguments.size, arguments.size)


def in_onnx_runtime(net, images):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (images,), file, input_names=["images"], output_names=["logits"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
    batch = {"images": images.numpy()}

    def answer():
        probabilities = 1 / (1 + numpy.exp(-session.run(None, batch)[0]))
        return len(probabilities)

    return answer


def in_torch(net, images, autocast):
    def answer():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            return len(torch.sigmoid(net(images).float()).tolist())

    return answer


def traced(net, images, autocast):
    """In bfloat16 as PyTorch's manual has it: traced under autocast, whose cache of casts a trace cannot have."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=autocast, cache_enabled=False):
        return torch.jit.optimize_for_inference(torch.jit.trace(net, images))


def prepare():
    torch.set_num_threads(arguments.threads)
    net = network().eval()
    images = torch.randn(SHAPE)
    if arguments.setting == "onnxruntime":
        return in_onnx_runtime(net, images)
    if arguments.setting != "eager":
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    autocast = BFLOAT16 and arguments.setting != "converted"
    if arguments.setting == "converted":
        net = net.to(torch.bfloat16)
        images = images.to(torch.bfloat16)
    try:
        if arguments.setting == "traced":
            net = traced(net, images, autocast)
        if arguments.setting == "compiled":
            net = torch.compile(net)
        answer = in_torch(net, images, autocast and arguments.setting != "traced")
        answer()
    except Exception as problem:  # whatever a compiler lacks, the other settings still count
        raise Unavailable(f"{arguments.setting}: {type(problem).__name__}") from problem
    return answer


serve(prepare, arguments.repetitions, {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__})
