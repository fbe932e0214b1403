"""Arrays of every kind are read where they are, and what is none is refused with a sentence."""

import array
import sys
import types

import ml_dtypes
import numpy as np
import pytest
from swiftfocus import FocusError
from swiftfocus._arrays import layout

from conftest import same


class Exported:
    """An array that shows itself through DLPack alone."""

    def __init__(self, values: np.ndarray, device: int = 1, versioned: bool = True):
        self.values, self.device, self.versioned = values, device, versioned

    def __dlpack_device__(self):
        return self.device, 0

    def __dlpack__(self, **options):
        if not self.versioned and options:
            raise TypeError("no such keyword")
        return self.values.__dlpack__(**options)


class Described:
    """An array that says where its elements are, and nothing else."""

    def __init__(self, values: np.ndarray, **changes):
        self.values = values
        self.__array_interface__ = {**values.__array_interface__, **changes}


def test_any_layout(bench, pieces):
    wanted = pieces.apply(bench.table)
    wide = np.zeros((len(bench.table), 70), np.float32)
    wide[:, ::2][:, :32] = bench.table
    view = memoryview(array.array("f", bench.table.tobytes())).cast("B").cast("f", bench.table.shape)
    frozen = bench.table.copy()
    frozen.flags.writeable = False
    for table in (wide[:, ::2][:, :32], np.asfortranarray(bench.table), bench.table[::-1].copy()[::-1], view, frozen,
                  Exported(bench.table), Exported(bench.table, versioned=False), Described(bench.table),
                  memoryview(bench.table)):
        same(pieces.apply(table), wanted)
    unaligned = np.frombuffer(b"x" + bench.table.tobytes(), np.uint8)[1:].view(np.float32).reshape(bench.table.shape)
    same(pieces.apply(unaligned), wanted)


def test_a_mapped_file(bench, pieces):
    path = bench.folder / "table.npy"
    np.save(path, bench.table)
    same(pieces.apply(np.load(path, mmap_mode="r")), pieces.apply(bench.table))


def test_nothing_is_copied(bench):
    for table in (bench.table, Exported(bench.table), memoryview(bench.table), bench.table[:, 1:]):
        start = table.ctypes.data if isinstance(table, np.ndarray) else bench.table.ctypes.data
        assert layout(table).address == start


def test_arrays_are_given_back(bench, pieces):
    for make in (lambda: bench.table.copy(), lambda: Exported(bench.table.copy())):
        table = make()
        held = table.values if isinstance(table, Exported) else table
        before = sys.getrefcount(held)
        for _ in range(3):
            pieces.apply(table)
        assert sys.getrefcount(held) == before
    data = bytearray(bench.table.tobytes())
    pieces.apply(memoryview(data).cast("f", bench.table.shape))
    data.append(0)  # a BufferError where somebody still held it


def test_where_to(bench, pieces):
    wanted = pieces.apply(bench.table)
    room = np.full((len(wanted) + 3, 40), 5, np.float32)
    assert pieces.apply(bench.table, out=room[:len(wanted), 4:36]).base is room
    same(room[:len(wanted), 4:36].copy(), wanted)
    assert (room[:, :4] == 5).all() and (room[:, 36:] == 5).all() and (room[len(wanted):] == 5).all()
    raw = bytearray(wanted.nbytes)
    pieces.apply(bench.table, out=memoryview(raw).cast("f", wanted.shape))
    assert raw == wanted.tobytes()


def test_types(bench, pieces):
    half = bench.table.astype(np.float16)
    same(pieces.apply(half, dtype="float32"), pieces.apply(half.astype(np.float32)))
    wanted = pieces.apply(bench.table)
    for dtype in (np.float16, ml_dtypes.bfloat16, np.float64):
        same(pieces.apply(bench.table, dtype=np.dtype(dtype).name), wanted.astype(dtype))
        same(pieces.apply(bench.table, dtype=dtype), wanted.astype(dtype))
    with pytest.raises(FocusError, match="int8"):
        pieces.apply(bench.table, dtype="int8")


def test_padding(bench, pieces):
    wanted = pieces.apply(bench.table)
    padded = pieces.apply(bench.table, rows=len(wanted) + 5)
    same(padded[:len(wanted)], wanted)
    assert np.isfinite(padded).all() and len(padded) == len(wanted) + 5


def test_axes_of_one_element(bench, pieces):
    bias = bench.table[:, 0].copy()
    wanted = pieces.apply(bias)
    strange = np.lib.stride_tricks.as_strided(bias, (len(bias), 1), (4, 12345))
    same(pieces.apply(strange)[:, 0], wanted)
    out = np.lib.stride_tricks.as_strided(np.zeros_like(wanted), (len(wanted), 1), (4, 0))
    same(pieces.apply(bias[:, None], out=out)[:, 0], wanted)


def test_broadcast_arrays(bench, pieces):
    row = np.broadcast_to(bench.table[7], bench.table.shape)
    same(pieces.apply(row), pieces.apply(row.copy()))
    zero = np.broadcast_to(np.float32(0), bench.table.shape[:1])
    assert not pieces.apply(zero).any()
    with pytest.raises(FocusError, match="broadcast|read-only"):
        pieces.apply(bench.table, out=np.broadcast_to(np.float32(0), (len(pieces), 32)))
    out = np.lib.stride_tricks.as_strided(np.zeros(32, np.float32), (len(pieces), 32), (0, 4))
    with pytest.raises(FocusError, match="broadcast"):
        pieces.apply(bench.table, out=out)


def test_an_array_of_another_package(bench, pieces):
    class Other(Exported):
        def __array_namespace__(self, **_):
            return types.SimpleNamespace(asarray=Other)

    found = pieces.apply(Other(bench.table))
    assert type(found) is Other
    same(found.values, pieces.apply(bench.table))


def frozen(*shape: int) -> np.ndarray:
    made = np.empty(shape, np.float32)
    made.flags.writeable = False
    return made


@pytest.mark.parametrize(("make", "words"), [
    (lambda table: table.astype(np.int32), "int32"), (lambda table: table.astype(bool), "bool"),
    (lambda table: table.astype(object), "object"), (lambda table: table.astype(np.complex64), "complex64"),
    (lambda table: table.astype(">f4"), "big-endian"), (lambda table: table[None], "3 axes"),
    (lambda table: table[0, 0], "0 axes"), (lambda table: table[:50], "50 rows"), (lambda table: table[:0], "empty"),
    (lambda table: table[:, :0], "empty"), (lambda table: np.full_like(table, np.nan), "NaN"),
    (lambda table: [1.0], "list"), (lambda table: None, "NoneType"), (lambda table: "table", "str"),
    (lambda table: table.tobytes(), "1 axes|uint8"), (lambda table: np.ma.masked_array(table), "masked"),
    (lambda table: Exported(table, device=2), "processor"), (lambda table: Exported(table.astype(int)), "int64"),
    (lambda table: Described(table, data=None), "where its elements are"),
])
def test_what_is_no_table(bench, pieces, make, words):
    with pytest.raises(FocusError, match=words):
        pieces.apply(make(bench.table))


@pytest.mark.parametrize(("make", "words"), [
    (lambda rows: frozen(rows, 32), "read-only"), (lambda rows: bytes(rows * 128), "read-only"),
    (lambda rows: Exported(frozen(rows, 32)), "read-only"), (lambda rows: np.empty((3, 32), np.float32), "3 rows"),
    (lambda rows: np.empty((rows, 31), np.float32), "31"), (lambda rows: np.empty(rows, np.float32), "1 axes"),
    (lambda rows: np.empty((rows, 32), np.float32, order="F"), "one after the other"),
    (lambda rows: np.empty((rows, 32), np.float32)[::-1], "overlap"),
    (lambda rows: np.lib.stride_tricks.as_strided(np.zeros(rows + 32, np.float32), (rows, 32), (4, 4)), "overlap"),
    (lambda rows: np.empty((rows, 32), np.int32), "int32"), (lambda rows: [[0.0]], "list"),
])
def test_where_no_rows_go(bench, pieces, make, words):
    with pytest.raises(FocusError, match=words):
        pieces.apply(bench.table, out=make(len(pieces)))


def test_source_and_target_in_one_place(bench, pieces):
    room = np.zeros((max(len(pieces), len(bench.table)), 32), np.float32)
    room[:len(bench.table)] = bench.table
    with pytest.raises(FocusError, match="over each other"):
        pieces.apply(room[:len(bench.table)], out=room[:len(pieces)])
    same(room[:len(bench.table)], bench.table)


def test_arguments_that_make_no_sense(bench, pieces):
    for options, words in (({"rows": 3}, "rows is 3"), ({"threads": 0}, "threads"), ({"threads": 5000}, "threads"),
                           ({"out": bench.table.copy(), "dtype": "float32"}, "leave out"), ({"progress": 7}, "int"),
                           ({"rows": 1 << 62}, None)):
        with pytest.raises((FocusError, MemoryError, ValueError), match=words):
            pieces.apply(bench.table, **options)
    for options in ({"tensor": 7}, {"rows": "many"}, {"threads": 1.5}):
        with pytest.raises(TypeError):
            pieces.apply(bench.table, **options)


def test_buffers_in_several_places(bench, pieces):
    # Pointers to rows, as Pillow has them; CPython's own tests make such buffers.
    testbuffer = pytest.importorskip("_testbuffer")
    rows = testbuffer.ndarray(bench.table[:4].ravel().tolist(), shape=[4, 32], format="f", flags=testbuffer.ND_PIL)
    with pytest.raises(FocusError, match="several places"):
        pieces.apply(rows)
