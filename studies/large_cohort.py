"""A large dataset through the HTTP API: how fast it is taken in, and that memory stays where it is.

usage: large_cohort.py --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--images 100000] [--size 64]
Makes grey PNG films of `size` x `size` pixels, ten a patient, uploads them as one archive and freezes the dataset. Meanwhile the memory of
Foldwise's processes on this machine is read from /proc each second. Needs a running `./foldwise up` and Linux.
"""
import argparse
import collections
import glob
import os
import random
import struct
import tempfile
import threading
import time
import zipfile
import zlib

from foldwise_http import Foldwise

IMAGES_A_PATIENT = 10

parser = argparse.ArgumentParser()
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--images", type=int, default=100_000)
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def film(draw, size):
    """Eight bits of grey: a coarse pattern of its own under fine noise, so that no film looks like another."""
    block = max(1, size // 8)
    coarse = [[draw.randrange(20, 180) for _ in range(8)] for _ in range(8)]
    noise = draw.randbytes(size * size)
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        pattern = coarse[min(7, y // block)]
        rows.extend(pattern[min(7, x // block)] + (noise[y * size + x] >> 3) for x in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 1))
            + chunk(b"IEND", b""))


class Memory(threading.Thread):
    """The resident memory of Foldwise's Java processes in MiB, by phase and main class: first, median and most."""

    def __init__(self):
        super().__init__(daemon=True)
        self.phase = "before"
        self.seen = collections.defaultdict(list)

    def run(self):
        while True:
            for status in glob.glob("/proc/[0-9]*/status"):
                try:
                    with open(os.path.join(os.path.dirname(status), "cmdline"), "rb") as file:
                        words = file.read().decode(errors="replace").split("\0")
                    names = [word.rsplit(".", 1)[-1] for word in words[1:] if word.startswith("org.foldwise.")]
                    if not names or "java" not in words[0]:
                        continue
                    with open(status, encoding="ascii", errors="replace") as file:
                        resident = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))
                    self.seen[self.phase, names[0]].append(resident)
                except (OSError, StopIteration):
                    pass  # it has ended meanwhile
            time.sleep(1)

    def tell(self):
        for (phase, name), values in self.seen.items():
            thirds = [max(values[i * len(values) // 3:(i + 1) * len(values) // 3] or [0]) for i in range(3)]
            print(f"  {phase:8} {name:16} MiB, most in each third: " + ", ".join(f"{value:.0f}" for value in thirds))


foldwise = Foldwise(arguments.server, arguments.key_file)
memory = Memory()
memory.start()
draw = random.Random(arguments.seed)
stamp = time.strftime("%Y%m%d-%H%M%S")
project = foldwise.project("large-cohort")
with tempfile.TemporaryDirectory() as scratch:
    path = os.path.join(scratch, "films.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for image in range(arguments.images):
            patient, number = divmod(image, IMAGES_A_PATIENT)
            archive.writestr(f"{('healthy', 'ill')[patient % 2]}/p{patient:06d}_{number}.png", film(draw, arguments.size))
    megabytes = os.path.getsize(path) / 1e6
    dataset = foldwise.post("/api/v1/datasets", {
        "projectId": project["id"], "task": "binary", "name": stamp, "positiveLabel": "ill",
        "layout": {"kind": "classFolders", "patientIdPattern": "(?<patient>p\\d+)_"}})
    resource = "/api/v1/datasets/" + dataset["id"]
    memory.phase = "upload"
    begin = time.time()
    with open(path, "rb") as file:
        foldwise.call("PUT", resource + "/archive", file, "application/zip")
    uploaded = time.time() - begin
    memory.phase = "freeze"
    begin = time.time()
    foldwise.call("POST", resource + "/freeze")
    dataset = foldwise.wait(resource, ["frozen"], failed=["draft"])
    frozen = time.time() - begin
    memory.phase = "split"
    begin = time.time()
    split = foldwise.post(resource + "/splits", {
        "name": "five-folds", "seed": 42, "spec": {"kind": "kFold", "folds": 5, "test": 0.2, "validation": 0.15}})
    parted = time.time() - begin
print(f"{dataset['imageCount']} images of {dataset['patientCount']} patients, {megabytes:.0f} MB")
print(f"upload {uploaded:.0f} s ({arguments.images / uploaded:.0f} images/s), freeze {frozen:.0f} s ({arguments.images / frozen:.0f} images/s),"
      f" split of five folds {parted:.1f} s, shared patients {split['certificate']['sharedPatients']}")
memory.tell()
