"""Tensors of torch and tokenizers of transformers; collected where both are installed."""

import numpy as np
import pytest
import swiftfocus
import torch
import transformers
from swiftfocus import FocusError
from swiftfocus.compat import FOCUS
from tokenizers import Tokenizer

from conftest import TYPES, same


def bits(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().contiguous().view(torch.uint8).numpy()


@pytest.mark.parametrize("name", TYPES)
def test_types(bench, pieces, name):
    table = torch.from_numpy(bench.table).to(getattr(torch, name))
    found = pieces.apply(table)
    assert type(found) is torch.Tensor and found.dtype == table.dtype and not found.requires_grad
    assert bits(found).tobytes() == pieces.apply(bench.table.astype(TYPES[name])).tobytes()
    for dtype in (torch.float32, "float32"):
        same(pieces.apply(table, dtype=dtype).numpy(), pieces.apply(table.float()).numpy())


def test_layouts(bench, pieces):
    wanted = pieces.apply(torch.from_numpy(bench.table))
    wide = torch.zeros(len(bench.table), 70)
    wide[:, ::2][:, :32] = torch.from_numpy(bench.table)
    parameter = torch.nn.Parameter(torch.from_numpy(bench.table.copy()))
    embedding = torch.nn.Embedding.from_pretrained(torch.from_numpy(bench.table))
    for table in (wide[:, ::2][:, :32], torch.from_numpy(bench.table.T.copy()).T, parameter, embedding.weight,
                  torch.from_numpy(bench.table)[:, None, :].squeeze(1)):
        before = table.clone()
        assert torch.equal(pieces.apply(table), wanted)
        assert torch.equal(table, before)
    row = torch.from_numpy(bench.table[3]).expand(len(bench.table), 32)
    assert torch.equal(pieces.apply(row), pieces.apply(row.contiguous()))
    assert torch.equal(pieces.apply(torch.zeros(()).expand(len(bench.table))), torch.zeros(len(pieces)))


def test_where_to(bench, pieces):
    table = torch.from_numpy(bench.table)
    parameter = torch.nn.Parameter(torch.zeros(len(pieces), 32))
    assert pieces.apply(table, out=parameter) is parameter
    assert torch.equal(parameter, pieces.apply(table))
    half = torch.empty(len(pieces), 32, dtype=torch.bfloat16)
    pieces.apply(table, out=half)
    assert torch.equal(half, pieces.apply(table).to(torch.bfloat16))
    with pytest.raises(FocusError, match="broadcast"):
        pieces.apply(table, out=torch.zeros(1).expand(len(pieces), 32))
    with pytest.raises(FocusError, match="meta"):
        pieces.apply(table, out=torch.empty(len(pieces), 32, device="meta"))


@pytest.mark.parametrize("make", [
    lambda table: table.to("meta"), lambda table: table.to_sparse(), lambda table: table.int(),
    lambda table: torch.quantize_per_tensor(table, 0.1, 0, torch.qint8),
    lambda table: torch.nested.nested_tensor([table]),
    lambda table: table.to(torch.float8_e4m3fn), lambda table: table.to(torch.complex64).conj(),
    lambda table: table.clone().set_(torch.empty(0)),
], ids=range(8))
@pytest.mark.filterwarnings("ignore")
def test_what_is_no_table(bench, pieces, make):
    with pytest.raises(FocusError):
        pieces.apply(make(torch.from_numpy(bench.table)))


def test_a_tensor_whose_memory_was_given_back(bench, pieces):
    # As sharded training leaves parameters that are gathered when they are needed.
    table = torch.from_numpy(bench.table).clone()
    table.untyped_storage().resize_(0)
    with pytest.raises(FocusError, match="no elements in memory"):
        pieces.apply(table)


def test_tokenizers_of_transformers(bench):
    wanted = bench.saved(swiftfocus.plan(bench.source, bench.target, method="pieces"))
    fast = [transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
            for folder in (bench.source, bench.target)]
    assert bench.saved(swiftfocus.plan(*fast, method="pieces")) == wanted


def test_slow_tokenizers(bench, tmp_path):
    words = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", *"abcdefghijklm", "der", "hund", "##e", "kat", "##ze"]
    (tmp_path / "vocab.txt").write_text("\n".join(words) + "\n")
    slow = transformers.BertTokenizer if not hasattr(transformers, "BertTokenizerLegacy") else (
        transformers.BertTokenizerLegacy)
    made = slow(str(tmp_path / "vocab.txt"))
    assert len(swiftfocus.plan(made, made, method="pieces")) == len(words)


def test_the_reference_s_function(bench):
    given = {"fasttext_model_path": str(bench.vectors), "verbosity": "silent"}
    table = torch.nn.Parameter(torch.from_numpy(bench.table).to(torch.bfloat16))
    source = Tokenizer.from_file(str(bench.source / "tokenizer.json"))
    found = FOCUS(bench.target, source, table, **given)
    assert (type(found), found.dtype, found.device.type) == (torch.Tensor, torch.float32, "cpu")
    same(found.numpy(), FOCUS(bench.target, source, table.detach().float().numpy(), **given))
    assert FOCUS(bench.target, source, table, dtype="source", **given).dtype == torch.bfloat16
    rows = FOCUS(bench.target, source, (table, table[:, 0]), device=torch.device("cpu"), **given)
    assert [tuple(row.shape) for row in rows] == [tuple(found.shape), tuple(found.shape[:1])]


def test_save_and_load(bench, tmp_path):
    given = {"a": torch.from_numpy(bench.table).to(torch.bfloat16), "b": torch.arange(5), "c": torch.ones(2, 3).T}
    swiftfocus.numpy.save(given, tmp_path / "a.safetensors")
    from safetensors.torch import load_file

    found = load_file(tmp_path / "a.safetensors")
    for name, value in given.items():
        assert torch.equal(found[name], value) and found[name].dtype == value.dtype
