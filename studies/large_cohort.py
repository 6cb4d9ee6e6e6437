"""A large dataset through the HTTP API: how fast it is taken in, and that memory stays where it is.

usage: large_cohort.py --key-file .foldwise/admin.key [--server http://127.0.0.1:8080] [--images 100000] [--size 64]
                       [--format png|dicom|jpeg]
Makes grey PNG films of `size` x `size` pixels, ten a patient, uploads them as one archive and freezes the dataset. With `--format dicom`
(2000 images of 512 x 512 where nothing is said) they are slices of CT with 16 bits allocated and 12 stored, in Hounsfield units, and their
labels stand in a table by Patient ID. With `--format jpeg` (600 images, 1300 pixels wide and 1000 high) they are JPEG films, and the way from the
upload to the frozen dataset is held against Pillow, which decodes the same files just before and just after, by one process and by as many
as there are cores; that needs Pillow. Foldwise decodes each file twice on that way: to refuse it before anything is stored, and to measure
it. Meanwhile the memory of Foldwise's processes on this machine is read from /proc each second. At the end the time of a split's plan and of dry runs is
told: each looks anew whether roles differ. Needs a running `./foldwise up` and Linux.
"""
import argparse
import collections
import glob
import io
import multiprocessing
import os
import random
import struct
import tempfile
import threading
import time
import urllib.parse
import zipfile
import zlib

from foldwise_http import Foldwise

IMAGES_A_PATIENT = 10
JPEG_WIDTH, JPEG_HEIGHT = 1300, 1000

parser = argparse.ArgumentParser()
parser.add_argument("--server", default="http://127.0.0.1:8080")
parser.add_argument("--key-file", required=True)
parser.add_argument("--format", choices=["png", "dicom", "jpeg"], default="png")
parser.add_argument("--images", type=int)
parser.add_argument("--size", type=int)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
dicom = arguments.format == "dicom"
jpeg = arguments.format == "jpeg"
if jpeg:
    from PIL import Image
arguments.images = arguments.images or {"dicom": 2_000, "jpeg": 600, "png": 100_000}[arguments.format]
arguments.size = arguments.size or (512 if dicom else 64)


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


def photograph(draw):
    """A JPEG file of grey shades under noise, about as large as that of a chest film."""
    shades = Image.frombytes("L", (10, 8), bytes(draw.randrange(20, 200) for _ in range(80)))
    shades = shades.resize((JPEG_WIDTH, JPEG_HEIGHT), Image.BICUBIC)
    noise = Image.frombytes("L", (JPEG_WIDTH, JPEG_HEIGHT), draw.randbytes(JPEG_WIDTH * JPEG_HEIGHT))
    content = io.BytesIO()
    Image.blend(shades, noise, 0.08).save(content, "JPEG", quality=90)
    return content.getvalue()


def decoded(content):
    """How many pixels Pillow decodes."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.width * image.height


def pillow(path, processes):
    """Images per second that Pillow decodes, all of them in memory before."""
    with zipfile.ZipFile(path) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    begin = time.time()
    if processes == 1:
        pixels = sum(map(decoded, contents))
    else:
        with multiprocessing.Pool(processes) as pool:
            pixels = sum(pool.imap_unordered(decoded, contents, chunksize=8))
    assert pixels == len(contents) * JPEG_WIDTH * JPEG_HEIGHT
    return len(contents) / (time.time() - begin)


def element(group, number, representation, value):
    """A data element of explicit little endian."""
    value += (b"\0" if representation in ("UI", "OW") else b" ") * (len(value) % 2)
    length = struct.pack("<HI", 0, len(value)) if representation == "OW" else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + representation.encode() + length + value


def tomogram(draw, size, patient, instance):
    """Twelve bits: a coarse pattern of its own over all values, fine noise under it."""
    block = max(1, size // 8)
    rows = []
    for _ in range(-(-size // block)):
        row = b"".join(bytes([draw.randrange(16)]) * block for _ in range(-(-size // block)))[:size]
        rows.extend([row] * block)
    pixels = bytearray(2 * size * size)
    pixels[0::2] = draw.randbytes(size * size)
    pixels[1::2] = b"".join(rows[:size])
    number = struct.Struct("<H").pack
    syntax = element(0x0002, 0x0010, "UI", b"1.2.840.10008.1.2.1")
    meta = element(0x0002, 0x0000, "UL", struct.pack("<I", len(syntax))) + syntax
    return b"\0" * 128 + b"DICM" + meta + b"".join([
        element(0x0008, 0x0018, "UI", b"1.2.826.0.1.3680043.10.%d" % instance),
        element(0x0008, 0x0060, "CS", b"CT"),
        element(0x0010, 0x0010, "PN", b"Made^Up"),
        element(0x0010, 0x0020, "LO", patient.encode()),
        element(0x0018, 0x0015, "CS", b"CHEST"),
        element(0x0028, 0x0002, "US", number(1)),
        element(0x0028, 0x0004, "CS", b"MONOCHROME2"),
        element(0x0028, 0x0010, "US", number(size)),
        element(0x0028, 0x0011, "US", number(size)),
        element(0x0028, 0x0100, "US", number(16)),
        element(0x0028, 0x0101, "US", number(12)),
        element(0x0028, 0x0102, "US", number(11)),
        element(0x0028, 0x0103, "US", number(0)),
        element(0x0028, 0x1050, "DS", b"40"),
        element(0x0028, 0x1051, "DS", b"400"),
        element(0x0028, 0x1052, "DS", b"-1024"),
        element(0x0028, 0x1053, "DS", b"1"),
        element(0x7FE0, 0x0010, "OW", bytes(pixels))])


class Memory(threading.Thread):
    """The resident memory in MiB of the Java processes behind a port, by phase and main class: the most in each third."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = str(port)
        self.phase = "before"
        self.seen = collections.defaultdict(list)

    def run(self):
        while True:
            found = {}
            for directory in glob.glob("/proc/[0-9]*"):
                try:
                    with open(os.path.join(directory, "cmdline"), "rb") as file:
                        words = file.read().decode(errors="replace").split("\0")
                    names = [word.rsplit(".", 1)[-1] for word in words[1:] if word.startswith("org.foldwise.")]
                    if not names or "java" not in words[0]:
                        continue
                    with open(os.path.join(directory, "status"), encoding="ascii", errors="replace") as file:
                        fields = dict(line.split(":", 1) for line in file)
                    serves = self.port in words[words.index("--port"):] if "--port" in words else False
                    found[os.path.basename(directory)] = (
                        names[0], fields["PPid"].strip(), int(fields["VmRSS"].split()[0]) / 1024, serves)
                except (OSError, KeyError):
                    pass  # it has ended meanwhile
            for name, parent, resident, serves in found.values():
                if serves or found.get(parent, (None,) * 4)[3]:
                    self.seen[self.phase, name].append(resident)
            time.sleep(1)

    def tell(self):
        for (phase, name), values in self.seen.items():
            thirds = [max(values[i * len(values) // 3:(i + 1) * len(values) // 3] or [0]) for i in range(3)]
            print(f"  {phase:8} {name:16} MiB, most in each third: " + ", ".join(f"{value:.0f}" for value in thirds))


foldwise = Foldwise(arguments.server, arguments.key_file)
memory = Memory(urllib.parse.urlsplit(arguments.server).port or 80)
memory.start()
draw = random.Random(arguments.seed)
stamp = time.strftime("%Y%m%d-%H%M%S")
project = foldwise.project("large-cohort")
with tempfile.TemporaryDirectory() as scratch:
    path = os.path.join(scratch, "films.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for image in range(arguments.images):
            patient, number = divmod(image, IMAGES_A_PATIENT)
            name = f"p{patient:06d}"
            if dicom:
                archive.writestr(f"{name}/{number:04d}.dcm", tomogram(draw, arguments.size, name, image + 1))
            elif jpeg:
                archive.writestr(f"{('healthy', 'ill')[patient % 2]}/{name}_{number}.jpg", photograph(draw))
            else:
                archive.writestr(f"{('healthy', 'ill')[patient % 2]}/{name}_{number}.png", film(draw, arguments.size))
        if dicom:
            patients = range(-(-arguments.images // IMAGES_A_PATIENT))
            archive.writestr("labels.csv", "patient,label\n" + "".join(
                f"p{patient:06d},{('healthy', 'ill')[patient % 2]}\n" for patient in patients))
    megabytes = os.path.getsize(path) / 1e6
    dataset = foldwise.post("/api/v1/datasets", {
        "projectId": project["id"], "task": "binary", "name": stamp, "positiveLabel": "ill",
        "layout": {"kind": "dicom", "key": "patient", "keyColumn": "patient", "labelColumn": "label"} if dicom
        else {"kind": "classFolders", "patientIdPattern": "(?<patient>p\\d+)_"}})
    resource = "/api/v1/datasets/" + dataset["id"]
    cores = len(os.sched_getaffinity(0))
    by_pillow = [(pillow(path, 1), pillow(path, cores))] if jpeg else []
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
    if jpeg:
        by_pillow.append((pillow(path, 1), pillow(path, cores)))
    memory.phase = "split"
    asked = {"name": "five-folds", "seed": 42, "spec": {"kind": "kFold", "folds": 5, "test": 0.2, "validation": 0.15}}
    for finding in foldwise.get(resource + "/findings")["findings"]:
        if finding["severity"] == "blocking":
            foldwise.post(resource + "/waivers", {"code": finding["code"], "reason": "made up, to measure times"})
    begin = time.time()
    foldwise.post(resource + "/split-plans", asked)
    planned = time.time() - begin
    begin = time.time()
    split = foldwise.post(resource + "/splits", asked)
    parted = time.time() - begin
    memory.phase = "dry run"
    checks = []
    for procedure in ("train", "crossValidation"):
        for _ in range(3):
            begin = time.time()
            dry_run = foldwise.post("/api/v1/experiments/dry-runs", {
                "name": "dry", "splitId": split["id"], "plan": {"epochs": 3}, "procedure": {"kind": procedure}})
            checks.append((procedure, time.time() - begin,
                           sum(finding["code"] == "rolesDiffer" for finding in dry_run["findings"])))
print(f"{dataset['imageCount']} images of {dataset['patientCount']} patients, {megabytes:.0f} MB")
print(f"upload {uploaded:.0f} s ({arguments.images / uploaded:.0f} images/s), freeze {frozen:.0f} s ({arguments.images / frozen:.0f} images/s),"
      f" split of five folds {parted:.1f} s, shared patients {split['certificate']['sharedPatients']}")
print(f"plan of the split {planned:.1f} s; dry runs, rolesDiffer among them: "
      + ", ".join(f"{procedure} {seconds:.1f} s ({told} told)" for procedure, seconds, told in checks))
if jpeg:
    ours = arguments.images / (uploaded + frozen)
    one = sum(rates[0] for rates in by_pillow) / len(by_pillow)
    all_cores = sum(rates[1] for rates in by_pillow) / len(by_pillow)
    print(f"{JPEG_WIDTH} x {JPEG_HEIGHT} JPEG, {cores} cores: from upload to frozen {ours:.1f} images/s, {ours / cores:.1f} per core; Pillow "
          + ", ".join(f"{rates[0]:.1f} by one process and {rates[1]:.1f} by {cores}" for rates in by_pillow)
          + f" before and after; ours to Pillow's: {ours / all_cores:.2f} with all cores, {ours / cores / one:.2f} per core;"
          f" with each of our two decodings counted {2 * ours / all_cores:.2f}")
memory.tell()
