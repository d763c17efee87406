"""Makes the .npy, .npz, .zst and .gz files of this folder. Needs numpy and zstandard:

    python make_storage.py
"""

import gzip
import pathlib
import struct
import zlib

import numpy
import zstandard

HERE = pathlib.Path(__file__).parent
TYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]


def header(text: str, version: int = 1) -> bytes:
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode()


def main() -> None:
    # 0, 1, 2 ... 5 in every kind of number.
    arrays = {name: numpy.arange(6).reshape(2, 3).astype(name) for name in TYPES}
    for name, array in arrays.items():
        numpy.save(HERE / f"{name}.npy", array)
    numpy.savez(HERE / "stored.npz", **arrays)
    generator = numpy.random.default_rng(0)
    numpy.savez_compressed(
        HERE / "deflated.npz",
        noise=generator.standard_normal((40, 25)),
        zeros=numpy.zeros((1000, 100), "float32"),
        empty=numpy.zeros((0, 7), "int32"),
        number=numpy.float32(2.5),
    )
    numpy.save(HERE / "fortran.npy", numpy.asfortranarray(arrays["float32"]))
    numpy.save(HERE / "big_endian.npy", arrays["int32"].astype(">i4"))
    numpy.save(HERE / "structured.npy", numpy.zeros(2, [("a", "<i4"), ("b", "<f4")]))
    numpy.save(HERE / "complex.npy", numpy.zeros(2, "complex64"))
    (HERE / "version2.npy").write_bytes(
        header("{'shape': (2L,), 'descr': '<i4', 'fortran_order': False}\n", version=2) + struct.pack("<2i", 7, -8)
    )

    names = numpy.array(["Wikipedia (en)", "", "arXiv \u00fc\U0001f9e0"])
    numpy.save(HERE / "texts.npy", names)
    numpy.savez_compressed(HERE / "texts.npz", names=names[:2], table=names.reshape(3, 1), numbers=numpy.arange(3))

    text = "".join(f"line {i}: {'universal neurons ' * (i % 7)}\n" for i in range(20_000)).encode()
    whole = zstandard.ZstdCompressor(level=3, write_checksum=True)
    # Two frames one after the other, as `cat a.zst b.zst` makes them.
    frames = whole.compress(text[: len(text) // 3]) + whole.compress(text[len(text) // 3 :])
    (HERE / "lines.txt.zst").write_bytes(frames)
    # Two members likewise.
    members = gzip.compress(text[: len(text) // 3], mtime=0) + gzip.compress(text[len(text) // 3 :], mtime=0)
    (HERE / "lines.txt.gz").write_bytes(members)
    (HERE / "lines.crc32").write_text(f"{len(text)} {zlib.crc32(text)}\n")


if __name__ == "__main__":
    main()
