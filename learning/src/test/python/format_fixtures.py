"""Writes small TIFF, WebP and CMYK JPEG files with what Pillow reads from them, for FormatFixturesTest.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0
    venv/bin/python learning/src/test/python/format_fixtures.py learning/src/test/resources/org/foldwise/learning/imaging/formats

Beside each file that is read lies a PNG of the same name with the pixels: those of Pillow, upright, with alpha put on black as docs/formats.md
says. Where Pillow reads less than is stored (16 bits a colour), or undoes what a file has done already (associated alpha), they come from what was
written. fixtures.json says which files are read and why the others are not. All content is drawn.
"""

import ctypes
import io
import json
import random
import struct
import sys
import zlib
from pathlib import Path

import PIL
from PIL import Image, ImageOps, features

OUT = Path(sys.argv[1])
READ = []
REFUSED = []


def drawn(width, height, channels, seed, noise=12, full=255):
    """Gradients and rings with some noise, row by row."""
    chance = random.Random(seed)
    values = []
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                ring = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width + height) * (c + 2) % 64
                slope = (x * (c + 1) / width + y / height) / (c + 2) * 180
                value = ring + slope + chance.randrange(-noise, noise + 1) if noise else ring + slope
                values.append(max(0, min(full, int(value * full / 255))))
    return values


def image(mode, width, height, seed, noise=12):
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), bytes(drawn(width, height, channels, seed, noise)))


def on_black(picture):
    """Upright, grey or colour, alpha composited on black with rounding."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "P":
        picture = picture.convert("RGB")
    if picture.mode in ("LA", "RGBA"):
        *colours, alpha = picture.split()
        bands = [
            Image.frombytes("L", picture.size, bytes((v * a + 127) // 255 for v, a in zip(c.tobytes(), alpha.tobytes())))
            for c in colours
        ]
        return bands[0] if len(bands) == 1 else Image.merge("RGB", bands)
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def read(name, content, expected=None):
    (OUT / name).write_bytes(content)
    if expected is None:
        picture = Image.open(io.BytesIO(content))
        if picture.mode.startswith("I;16"):
            values = struct.unpack("%s%dH" % (">" if picture.mode.endswith("B") else "<", picture.width * picture.height), picture.tobytes())
            expected = Image.frombytes("L", picture.size, bytes((v + 128) // 257 for v in values))
        else:
            picture.seek(getattr(picture, "n_frames", 1) // 2)
            expected = on_black(picture)
    expected.save(OUT / (name + ".png"))
    READ.append(name)


def refused(name, content, code, why):
    (OUT / name).write_bytes(content)
    REFUSED.append({"file": name, "code": code, "why": why})


def saved(picture, **options):
    content = io.BytesIO()
    picture.save(content, **options)
    return content.getvalue()


def tiff(order, fields, chunks, magic=42):
    """A TIFF of one page: the directory first, then values, then strips or tiles. Fields are (tag, type, values)."""
    mark = "<" if order == "II" else ">"
    offsets_tag = 324 if any(tag == 322 for tag, _, _ in fields) else 273
    fields = fields + [(offsets_tag, 4, [0] * len(chunks)), (offsets_tag + (6 if offsets_tag == 273 else 1), 4, [len(c) for c in chunks])]
    fields.sort()
    formats = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 11: "f"}
    position = 8 + 2 + 12 * len(fields) + 4
    places = {}
    for tag, kind, values in fields:
        length = struct.calcsize(mark + "%d%s" % (len(values), formats[kind]))
        if length > 4:
            places[tag] = position
            position += length + length % 2
    starts = []
    for chunk in chunks:
        starts.append(position)
        position += len(chunk)
    out = io.BytesIO()
    out.write(order.encode() + struct.pack(mark + "HI", magic, 8) + struct.pack(mark + "H", len(fields)))
    tail = io.BytesIO()
    for tag, kind, values in fields:
        values = starts if tag == offsets_tag else values
        packed = struct.pack(mark + "%d%s" % (len(values), formats[kind]), *values)
        out.write(struct.pack(mark + "HHI", tag, kind, len(values)))
        out.write(struct.pack(mark + "I", places[tag]) if tag in places else packed.ljust(4, b"\0"))
        if tag in places:
            tail.write(packed + b"\0" * (len(packed) % 2))
    return out.getvalue() + struct.pack(mark + "I", 0) + tail.getvalue() + b"".join(chunks)


def fields(width, height, bits, photometric, samples=1, compression=1, rows=None, **more):
    out = [(256, 3, [width]), (257, 3, [height]), (258, 3, [bits] * samples), (259, 3, [compression]), (262, 3, [photometric]), (277, 3, [samples])]
    if rows:
        out.append((278, 3, [rows]))
    return out + [(int(tag[1:]), 3, value) for tag, value in more.items()]


def rows_of(data, row_bytes, rows):
    return [data[i : i + row_bytes * rows] for i in range(0, len(data), row_bytes * rows)]


def tiles_of(values, width, height, channels, side):
    """Tiles of 8-bit samples; what lies beyond the edge is 77."""
    tiles = []
    for top in range(0, height, side):
        for left in range(0, width, side):
            tile = bytearray()
            for y in range(top, top + side):
                for x in range(left, left + side):
                    inside = x < width and y < height
                    at = (y * width + x) * channels
                    tile += bytes(values[at : at + channels]) if inside else bytes([77] * channels)
            tiles.append(bytes(tile))
    return tiles


def packed(values, width, bits):
    out = bytearray()
    for start in range(0, len(values), width):
        held, count = 0, 0
        for value in values[start : start + width]:
            held, count = held << bits | value, count + bits
            if count == 8:
                out.append(held)
                held, count = 0, 0
        if count:
            out.append(held << 8 - count)
    return bytes(out)


def write_tiffs():
    grey, colour = image("L", 61, 43, 1), image("RGB", 47, 39, 2)
    for name, compression in (("plain", None), ("lzw", "tiff_lzw"), ("deflate", "tiff_adobe_deflate"), ("packbits", "packbits")):
        read("grey-%s.tif" % name, saved(grey, format="TIFF", compression=compression))
        read("colour-%s.tif" % name, saved(colour, format="TIFF", compression=compression))
    # runs and long strings, and a table of strings that fills up
    flat = Image.frombytes("L", (200, 120), bytes((x // 40 * 50) & 255 for _ in range(120) for x in range(200)))
    for compression in ("tiff_lzw", "packbits", "tiff_deflate"):
        read("flat-%s.tif" % compression.split("_")[-1], saved(flat, format="TIFF", compression=compression))
    read("noise-lzw.tif", saved(image("RGB", 90, 70, 3, noise=90), format="TIFF", compression="tiff_lzw"))
    for compression in ("tiff_lzw", "tiff_adobe_deflate"):
        name = compression.split("_")[-1]
        read("predictor-%s.tif" % name, saved(colour, format="TIFF", compression=compression, tiffinfo={317: 2}))
        sixteen = Image.frombytes("I;16", (53, 31), struct.pack("<%dH" % (53 * 31), *drawn(53, 31, 1, 4, full=65535)))
        read("predictor-16-%s.tif" % name, saved(sixteen, format="TIFF", compression=compression, tiffinfo={317: 2}))
    read("one-bit.tif", saved(grey.convert("1"), format="TIFF"))
    read("one-bit-lzw.tif", saved(grey.convert("1"), format="TIFF", compression="tiff_lzw"))
    read("palette.tif", saved(colour.quantize(37), format="TIFF", compression="tiff_lzw"))
    read("alpha.tif", saved(image("RGBA", 33, 27, 5), format="TIFF", compression="tiff_lzw"))
    read("grey-alpha.tif", saved(image("LA", 33, 27, 6), format="TIFF"))
    read("sixteen-bit.tif", saved(sixteen, format="TIFF"))
    big = Image.frombytes("I;16B", (53, 31), struct.pack(">%dH" % (53 * 31), *drawn(53, 31, 1, 7, full=65535)))
    read("sixteen-bit-big-endian.tif", saved(big, format="TIFF"))
    for orientation in range(2, 9):
        read("orientation-%d.tif" % orientation, saved(image("RGB", 9, 5, 8), format="TIFF", tiffinfo={274: orientation}))
    pages = [image("L", 40, 30, 10 + i) for i in range(5)]
    read("pages.tif", saved(pages[0], format="TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"), pages[2])
    read("with-text.tif", saved(grey, format="TIFF", tiffinfo={270: "somebody"}))

    values = drawn(37, 21, 1, 20)
    for bits in (1, 2, 4, 8):
        few = [v >> 8 - bits for v in values]
        content = packed(few, 37, bits)
        row = (37 * bits + 7) // 8
        read("bits-%d.tif" % bits, tiff("MM", fields(37, 21, bits, 1, rows=8), rows_of(content, row, 8)))
        read("bits-%d-white-is-zero.tif" % bits, tiff("II", fields(37, 21, bits, 0, rows=21), [content]))
        if bits > 1:
            chance = random.Random(bits)
            table = [chance.randrange(256) * 257 for _ in range(3 << bits)]
            read("bits-%d-palette.tif" % bits, tiff("II", fields(37, 21, bits, 3, rows=4, t320=table), rows_of(content, row, 4)))
    greys = [v * 257 for v in range(256)][::-1]
    read("palette-of-greys.tif", tiff("II", fields(37, 21, 8, 3, t320=greys * 3), [bytes(values)]), Image.frombytes("L", (37, 21), bytes(255 - v for v in values)))
    sixteens = drawn(29, 17, 3, 21, full=65535)
    rgb = Image.frombytes("RGB", (29, 17), bytes((v + 128) // 257 for v in sixteens))
    for order, mark in (("II", "<"), ("MM", ">")):
        content = struct.pack(mark + "%dH" % len(sixteens), *sixteens)
        read("colour-16-%s.tif" % order, tiff(order, fields(29, 17, 16, 2, 3, rows=5), rows_of(content, 29 * 6, 5)), rgb)
        differences = [(v - (sixteens[i - 3] if i % 87 >= 3 else 0)) & 65535 for i, v in enumerate(sixteens)]
        content = struct.pack(mark + "%dH" % len(sixteens), *differences)
        read("colour-16-predictor-%s.tif" % order, tiff(order, fields(29, 17, 16, 2, 3, 8, t317=[2]), [zlib.compress(content)]), rgb)
    inverted = struct.pack("<%dH" % (29 * 17), *[65535 - v for v in sixteens[::3]])
    read("sixteen-bit-white-is-zero.tif", tiff("II", fields(29, 17, 16, 0), [inverted]), rgb.split()[0])

    rgb_values = drawn(50, 35, 3, 22)
    three = Image.frombytes("RGB", (50, 35), bytes(rgb_values))
    read("tiles.tif", tiff("II", fields(50, 35, 8, 2, 3, t322=[16], t323=[16]), tiles_of(rgb_values, 50, 35, 3, 16)))
    read("tiles-deflate.tif", tiff("MM", fields(50, 35, 8, 2, 3, 8, t322=[32], t323=[32]), [zlib.compress(t) for t in tiles_of(rgb_values, 50, 35, 3, 32)]), three)
    read("tile-larger-than-image.tif", tiff("MM", fields(50, 35, 8, 1, 1, t322=[64], t323=[64]), tiles_of(rgb_values[::3], 50, 35, 1, 64)))
    planes = [bytes(rgb_values[c::3]) for c in range(3)]
    read("planes.tif", tiff("II", fields(50, 35, 8, 2, 3, rows=10, t284=[2]), [s for p in planes for s in rows_of(p, 50, 10)]))
    four = drawn(20, 11, 4, 23)
    premultiplied = Image.frombytes("RGBA", (20, 11), bytes(four)).convert("RGB")
    read("associated-alpha.tif", tiff("II", fields(20, 11, 8, 2, 4, t338=[1]), [bytes(four)]), premultiplied)
    read("unsaid-extra-sample.tif", tiff("II", fields(20, 11, 8, 2, 4, t338=[0]), [bytes(four)]), premultiplied)

    refused("float.tif", saved(grey.convert("F"), format="TIFF"), "unsupportedEncoding", "floating-point")
    refused("signed.tif", tiff("II", fields(37, 21, 8, 1, t339=[2]), [bytes(values)]), "unsupportedEncoding", "unsigned")
    refused("thirty-two-bits.tif", saved(grey.convert("I"), format="TIFF"), "unsupportedEncoding", "unsigned")
    refused("cmyk.tif", saved(colour.convert("CMYK"), format="TIFF"), "unsupportedEncoding", "CMYK")
    refused("jpeg.tif", saved(grey, format="TIFF", compression="jpeg"), "unsupportedEncoding", "JPEG")
    refused("telefax.tif", saved(grey.convert("1"), format="TIFF", compression="group4"), "unsupportedEncoding", "CCITT")
    refused("ycbcr.tif", tiff("II", fields(8, 8, 8, 6, 3), [bytes(192)]), "unsupportedEncoding", "YCbCr")
    refused("big.tif", saved(grey, format="TIFF", big_tiff=True), "unsupportedFormat", "BigTIFF")
    refused("pages-of-two-sizes.tif", saved(grey, format="TIFF", save_all=True, append_images=[colour]), "unsupportedEncoding", "size")
    refused("mask.tif", tiff("II", fields(8, 8, 1, 4, t254=[4]), [bytes(8)]), "unsupportedEncoding", "mask")
    refused("reversed-bits.tif", tiff("II", fields(8, 8, 1, 1, t266=[2]), [bytes(8)]), "unsupportedEncoding", "reversed")
    refused("old-lzw.tif", tiff("II", fields(8, 8, 8, 1, 1, 5), [bytes([0, 1, 2, 3, 4, 5, 6, 7, 8])]), "unsupportedEncoding", "1990")
    refused("huge.tif", tiff("II", fields(60000, 60000, 8, 1), [bytes(8)]), "tooLarge", "60000")
    refused("flat.tif", tiff("II", fields(0, 21, 8, 1), [bytes(8)]), "zeroSize", "0 x 21")
    refused("strip-too-long.tif", tiff("II", fields(37, 21, 8, 1), [bytes(values) + b"\0"]), "corrupt", "778 bytes instead of 777")
    refused("strip-too-short.tif", tiff("II", fields(37, 21, 8, 1), [bytes(values)[:-1]]), "truncated", "ends before")
    refused("strips-too-few.tif", tiff("II", fields(37, 21, 8, 1, rows=8), rows_of(bytes(values), 37, 8)[:2]), "corrupt", "2 values where 3")
    refused("too-many-rows.tif", tiff("II", fields(37, 21, 8, 1, 1, 8), [zlib.compress(bytes(values) + bytes(37))]), "corrupt", "last row")
    refused("too-few-rows.tif", tiff("II", fields(37, 21, 8, 1, 1, 8), [zlib.compress(bytes(values)[:-37])]), "truncated", "ends before")


def chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def riff(*chunks):
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def first_chunk(content):
    length = struct.unpack("<I", content[16:20])[0]
    return content[20 : 20 + length]


class Config(ctypes.Structure):
    """libwebp's WebPConfig: Pillow passes on only some of it."""

    _fields_ = [
        ("lossless", ctypes.c_int),
        ("quality", ctypes.c_float),
        ("method", ctypes.c_int),
        ("image_hint", ctypes.c_int),
        ("target_size", ctypes.c_int),
        ("target_psnr", ctypes.c_float),
    ] + [
        (name, ctypes.c_int)
        for name in (
            "segments sns_strength filter_strength filter_sharpness filter_type autofilter alpha_compression alpha_filtering alpha_quality passes"
            " show_compressed preprocessing partitions partition_limit emulate_jpeg_size thread_level low_memory near_lossless exact"
            " use_delta_palette use_sharp_yuv qmin qmax"
        ).split()
    ]


class Picture(ctypes.Structure):
    """libwebp's WebPPicture."""

    _fields_ = [
        ("use_argb", ctypes.c_int),
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("planes", ctypes.c_void_p * 3),
        ("strides", ctypes.c_int * 2),
        ("alpha", ctypes.c_void_p),
        ("alpha_stride", ctypes.c_int),
        ("pad1", ctypes.c_uint32 * 2),
        ("argb", ctypes.c_void_p),
        ("argb_stride", ctypes.c_int),
        ("pad2", ctypes.c_uint32 * 3),
        ("writer", ctypes.c_void_p),
        ("custom", ctypes.c_void_p),
        ("rest", ctypes.c_byte * 512),
    ]


class Written(ctypes.Structure):
    _fields_ = [("memory", ctypes.c_void_p), ("size", ctypes.c_size_t), ("most", ctypes.c_size_t), ("pad", ctypes.c_uint32)]


def encoded(picture, quality, **settings):
    """The picture by the libwebp that comes with Pillow, with settings of the encoder that Pillow does not know."""
    folder = Path(PIL.__file__).parent.parent / "pillow.libs"
    library = ctypes.CDLL(str(next(folder.glob("libwebp-*"))))
    config, target, written = Config(), Picture(), Written()
    assert library.WebPConfigInitInternal(ctypes.byref(config), 0, ctypes.c_float(quality), 0x0210)
    for name, value in settings.items():
        setattr(config, name, value)
    assert library.WebPValidateConfig(ctypes.byref(config))
    assert library.WebPPictureInitInternal(ctypes.byref(target), 0x0210)
    target.width, target.height = picture.size
    assert library.WebPPictureImportRGB(ctypes.byref(target), picture.tobytes(), 3 * picture.width)
    library.WebPMemoryWriterInit(ctypes.byref(written))
    target.writer = ctypes.cast(library.WebPMemoryWrite, ctypes.c_void_p)
    target.custom = ctypes.cast(ctypes.byref(written), ctypes.c_void_p)
    assert library.WebPEncode(ctypes.byref(config), ctypes.byref(target))
    return ctypes.string_at(written.memory, written.size)


def write_webps():
    colour = image("RGB", 61, 43, 30)
    for quality in (1, 30, 75, 100):
        read("lossy-%d.webp" % quality, saved(colour, format="WEBP", quality=quality, method=4))
    for method in (0, 6):
        read("lossy-method-%d.webp" % method, saved(image("RGB", 64, 48, 31), format="WEBP", quality=60, method=method))
    read("lossy-smooth.webp", saved(image("RGB", 100, 77, 32, noise=0), format="WEBP", quality=50))
    read("lossy-large.webp", saved(image("RGB", 300, 190, 33, noise=30), format="WEBP", quality=40))
    for width, height in ((1, 1), (2, 3), (17, 16), (16, 33)):
        read("lossy-%dx%d.webp" % (width, height), saved(image("RGB", width, height, 34), format="WEBP", quality=80))
    read("lossy-grey.webp", saved(image("L", 50, 50, 35), format="WEBP", quality=70))
    read("lossy-flat.webp", saved(Image.new("RGB", (130, 70), (90, 200, 40)), format="WEBP", quality=80))
    read("lossy-alpha.webp", saved(image("RGBA", 45, 38, 36), format="WEBP", quality=70))
    read("lossy-alpha-lossy.webp", saved(image("RGBA", 45, 38, 37, noise=2), format="WEBP", quality=70, alpha_quality=20))
    film = image("RGB", 90, 70, 29, noise=25)
    for sharpness in (0, 2, 7):
        for filter_type in (0, 1):
            settings = {"filter_type": filter_type, "filter_sharpness": sharpness, "filter_strength": 80}
            read("lossy-filter-%d-%d.webp" % (filter_type, sharpness), encoded(film, 25, **settings))
    read("lossy-partitions.webp", encoded(film, 60, partitions=3, segments=1))
    read("lossy-segments.webp", encoded(film, 40, partitions=1, segments=4, sns_strength=100, passes=3))
    alpha = drawn(45, 38, 1, 38)
    bare = first_chunk(saved(image("RGB", 45, 38, 39), format="WEBP", quality=70))
    canvas = chunk(b"VP8X", bytes([0x10, 0, 0, 0, 44, 0, 0, 37, 0, 0]))
    for kind in range(4):
        plane = chunk(b"ALPH", bytes([kind << 2]) + bytes(alpha))
        read("lossy-alpha-raw-%d.webp" % kind, riff(canvas, plane, chunk(b"VP8 ", bare)))
    for quality in (0, 50, 100):
        for method in (0, 4, 6):
            read("lossless-%d-%d.webp" % (quality, method), saved(colour, format="WEBP", lossless=True, quality=quality, method=method))
    read("lossless-alpha.webp", saved(image("RGBA", 45, 38, 40), format="WEBP", lossless=True, exact=True))
    read("lossless-large.webp", saved(image("RGB", 320, 200, 41, noise=3), format="WEBP", lossless=True, method=6))
    for colours in (2, 3, 13, 200):
        read("lossless-palette-%d.webp" % colours, saved(colour.quantize(colours).convert("RGB"), format="WEBP", lossless=True))
    read("lossless-1x1.webp", saved(Image.new("RGB", (1, 1), (1, 2, 3)), format="WEBP", lossless=True))
    read("lossless-flat.webp", saved(Image.new("RGB", (130, 70), (90, 200, 40)), format="WEBP", lossless=True))
    for orientation in (3, 6):
        exif = Image.Exif()
        exif[274] = orientation
        read("orientation-%d.webp" % orientation, saved(image("RGB", 20, 12, 42), format="WEBP", lossless=True, exif=exif))

    frames = [image("RGB", 20, 12, 43 + i) for i in range(3)]
    refused("animated.webp", saved(frames[0], format="WEBP", save_all=True, append_images=frames[1:]), "unsupportedEncoding", "animated")
    canvas = chunk(b"VP8X", bytes([0, 0, 0, 0, 45, 0, 0, 37, 0, 0]))
    refused("two-sizes.webp", riff(canvas, chunk(b"VP8 ", bare)), "corrupt", "different sizes")
    refused("two-pictures.webp", riff(chunk(b"VP8 ", bare), chunk(b"VP8 ", bare)), "corrupt", "two chunks")
    refused("no-picture.webp", riff(canvas), "truncated", "ends before")
    refused("partition-cut.webp", riff(chunk(b"VP8 ", bare[:-40])), "truncated", "ends before")
    lossless = first_chunk(saved(colour, format="WEBP", lossless=True))
    refused("lossless-cut.webp", riff(chunk(b"VP8L", lossless[:-4])), "truncated", "ends before")
    refused("lossless-too-long.webp", riff(chunk(b"VP8L", lossless + bytes(12))), "corrupt", "last pixel")
    refused("alpha-too-long.webp", riff(canvas, chunk(b"ALPH", bytes([0]) + bytes(alpha) + b"\0"), chunk(b"VP8 ", bare)), "corrupt", "last row")


def write_jpegs():
    cmyk = image("CMYK", 53, 38, 50)
    for subsampling in (0, 1, 2):
        content = saved(cmyk, format="JPEG", quality=85, subsampling=subsampling)
        read("cmyk-%d.jpg" % subsampling, content)
        # the same bytes called luminance, chroma and black
        at = content.index(b"Adobe") + 11
        assert content[at] == 0
        read("ycck-%d.jpg" % subsampling, content[:at] + b"\2" + content[at + 1 :])
    read("cmyk-progressive.jpg", saved(cmyk, format="JPEG", quality=60, progressive=True))
    read("cmyk-restarts.jpg", saved(cmyk, format="JPEG", quality=60, restart_marker_blocks=3))
    content = saved(cmyk, format="JPEG", quality=85)
    at = content.index(b"\xff\xee")
    read("cmyk-unsaid.jpg", content[:at] + content[at + 16 :])


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    write_tiffs()
    write_webps()
    write_jpegs()
    versions = {"pillow": PIL.__version__, "libtiff": features.version("libtiff"), "webp": features.version("webp"), "jpeg": features.version("jpg")}
    text = json.dumps({"versions": versions, "read": READ, "refused": REFUSED}, indent=1)
    (OUT / "fixtures.json").write_text(text + "\n")
    print(len(READ), "files are read,", len(REFUSED), "refused")
