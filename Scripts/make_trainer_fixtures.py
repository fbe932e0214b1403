#!/usr/bin/env python3
"""Makes Tests/Fixtures/trainers: checkpoints as training programs leave them, and what their own readers say is in
them.

usage: make_trainer_fixtures.py

Run it in an environment with torch 2.7 or newer and deepspeed's zero_to_fp32 (the CPU is enough). Each folder NAME has
a checkpoint, and NAME.safetensors what its writer's reader loads of it. dcp-* are of torch.distributed.checkpoint, by
one process or by two; zero-* have the files of DeepSpeed's ZeRO, under the names and in the layout of its release 0.19.
"""

import os
import pathlib
import shutil
import sys

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing
from safetensors.torch import save_file
from torch.distributed._shard.sharded_tensor import Shard as LocalShard
from torch.distributed._shard.sharded_tensor import ShardedTensor
from torch.distributed._shard.sharded_tensor.metadata import ShardedTensorMetadata, TensorProperties
from torch.distributed._shard.metadata import ShardMetadata
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor, init_device_mesh

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/trainers"
# As many rows as golden/tokenizers/source has tokens.
ROWS = 401


class Model(torch.nn.Module):
    """A body with an embedding, an odd number of rows, a buffer and a tied layer."""

    def __init__(self, rows: int = 7) -> None:
        super().__init__()
        self.embed = torch.nn.Embedding(rows, 6)
        self.layers = torch.nn.ModuleList(torch.nn.Linear(6, 6) for _ in range(2))
        self.head = torch.nn.Linear(6, rows, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("positions", torch.arange(5))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        state = self.embed(ids)
        for layer in self.layers:
            state = torch.tanh(layer(state))
        return self.head(state)


def trained(model: torch.nn.Module) -> torch.optim.Optimizer:
    """The optimizer after a step, with states of its own."""
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.tensor([1, 2, 3])).sum().backward()
    optimizer.step()
    return optimizer


def write_expected(name: str, folder: pathlib.Path) -> None:
    """What torch reads of the tensors in the checkpoint, whole."""
    metadata = dcp.FileSystemReader(folder).read_metadata().state_dict_metadata
    tensors = {key: torch.empty(entry.size, dtype=entry.properties.dtype)
               for key, entry in metadata.items() if hasattr(entry, "size")}
    dcp.load(tensors, checkpoint_id=folder, no_dist=True)
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, FOLDER / f"{name}.safetensors")


def one_process() -> None:
    """Nested state dicts, types, views, what is empty, and objects."""
    folder = FOLDER / "dcp-one"
    model = Model()
    state = {"model": model.state_dict(), "optimizer": trained(model).state_dict(), "epoch": 3, "note": "Größe",
             "extra": {"turned": torch.arange(12.).reshape(3, 4).t(), "bf16": torch.randn(3, 5, dtype=torch.bfloat16),
                       "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 4), "flags": torch.tensor([True, False]),
                       "cut": torch.arange(10, dtype=torch.int16)[2:7], "f8": torch.randn(4).to(torch.float8_e4m3fn)}}
    dcp.save(state, checkpoint_id=folder, no_dist=True)
    write_expected("dcp-one", folder)


def bert(folder: pathlib.Path) -> None:
    """A model whose embedding another vocabulary can have, with its config beside."""
    state = {"embeddings.word_embeddings.weight": torch.randn(ROWS, 12), "cls.predictions.bias": torch.randn(ROWS)}
    dcp.save(state, checkpoint_id=folder, no_dist=True)
    (folder / "config.json").write_text('{"model_type": "bert", "vocab_size": %d}\n' % ROWS)
    write_expected("dcp-bert", folder)


def two_processes(rank: int) -> None:
    """One of two processes: shards along either axis, of uneven sizes, along both, and copies."""
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29517"}
    dist.init_process_group("gloo", rank=rank, world_size=2)
    torch.manual_seed(0)
    mesh = init_device_mesh("cpu", (2,))
    model = Model()
    for layer in model.layers:
        fully_shard(layer, mesh=mesh)
    fully_shard(model, mesh=mesh)
    optimizer = trained(model)
    wide = torch.arange(5 * 7 * 3.).reshape(5, 7, 3)
    state = {"model": model.state_dict(), "optim": optimizer.state_dict(),
             "columns": distribute_tensor(wide, mesh, [Shard(1)]), "inner": distribute_tensor(wide, mesh, [Shard(2)]),
             "copies": distribute_tensor(wide, mesh, [Replicate()]),
             "short": distribute_tensor(torch.arange(3.), mesh, [Shard(0)])}
    dcp.save(state, checkpoint_id=FOLDER / "dcp-two")
    megatron(rank)
    shards = {"model.embed": distribute_tensor(torch.randn(7, 4), mesh, [Shard(0)]),
              "model.bias": torch.arange(4.), "model.wide": distribute_tensor(wide, mesh, [Shard(1)])}
    writer = dcp.HuggingFaceStorageWriter(str(FOLDER / "dcp-safetensors"), save_distributed=True)
    dcp.save(shards, storage_writer=writer)
    whole = {key: value.full_tensor() if isinstance(value, DTensor) else value for key, value in shards.items()}
    if rank == 0:
        save_file(whole, FOLDER / "dcp-safetensors.safetensors")
    dist.barrier()
    dist.destroy_process_group()


def sharded(rank: int, whole: torch.Tensor, boxes: list) -> ShardedTensor:
    """A ShardedTensor, as Megatron-Core hands its own to torch: process r holds boxes[r]."""
    shards = [ShardMetadata(list(offsets), list(sizes), f"rank:{owner}/cpu") for owner, offsets, sizes in boxes]
    local = [LocalShard(whole[tuple(slice(o, o + s) for o, s in zip(shard.shard_offsets, shard.shard_sizes))].clone(),
                        shard) for shard, box in zip(shards, boxes) if box[0] == rank]
    properties = TensorProperties(dtype=whole.dtype)
    return ShardedTensor._init_from_local_shards_and_global_metadata(
        local, ShardedTensorMetadata(shards, whole.size(), properties))


def megatron(rank: int) -> None:
    """The layout of Megatron-Core's torch_dist: layers are stacked along an axis before the others, tensor parallel
    parts are shards, and common.pt has what is no tensor."""
    folder = FOLDER / "dcp-megatron"
    layers = torch.randn(2, 6, 4)
    table = torch.randn(8, 4, dtype=torch.bfloat16)
    state = {
        "decoder.layers.mlp.linear_fc1.weight": sharded(
            rank, layers, [(r, (layer, 3 * r, 0), (1, 3, 4)) for layer in range(2) for r in range(2)]),
        "decoder.layers.mlp.linear_fc2.weight": sharded(
            rank, layers, [(r, (layer, 0, 2 * r), (1, 6, 2)) for layer in range(2) for r in range(2)]),
        "embedding.word_embeddings.weight": sharded(rank, table, [(r, (4 * r, 0), (4, 4)) for r in range(2)]),
        "optimizer.state.exp_avg.embedding.word_embeddings.weight": sharded(
            rank, table.float(), [(r, (4 * r, 0), (4, 4)) for r in range(2)]),
    }
    dcp.save(state, checkpoint_id=folder, planner=dcp.DefaultSavePlanner(flatten_state_dict=False))
    if rank == 0:
        torch.save({"iteration": 10, "checkpoint_version": 3.0, "content_metadata": {"chained": False}},
                   folder / "common.pt")
        (folder / "metadata.json").write_text('{"sharded_backend": "torch_dist", "sharded_backend_version": 1, '
                                              '"common_backend": "torch", "common_backend_version": 1}')
    dist.barrier()


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    torch.manual_seed(0)
    one_process()
    bert(FOLDER / "dcp-bert")
    torch.multiprocessing.spawn(two_processes, nprocs=2)
    for name in ("dcp-two", "dcp-megatron"):
        write_expected(name, FOLDER / name)
    for path in FOLDER.rglob("*.safetensors"):
        path.chmod(0o644)


if __name__ == "__main__":
    sys.exit(main())
