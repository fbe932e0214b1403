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

os.environ |= {"DS_ACCELERATOR": "cpu", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29517"}
import deepspeed
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing
from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint
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


class Trained(Model):
    """The same with a buffer of floats, a weight that is not trained, and one that two processes do not share out
    evenly."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.randn(5))
        self.frozen = torch.nn.Parameter(torch.randn(3, 5), requires_grad=False)
        self.register_buffer("rates", torch.randn(3))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return super().forward(ids).float().sum() * self.scale.float().sum() * self.frozen.float().sum()


# Name, stage, type, settings of ZeRO.
ZERO = [("zero-1", 1, "fp32", {}), ("zero-2", 2, "fp16", {}), ("zero-2-bf16", 2, "bf16", {}),
        ("zero-3", 3, "bf16", {"sub_group_size": 40, "stage3_param_persistence_threshold": 0}),
        ("zero-3-frozen", 3, "fp16", {"stage3_param_persistence_threshold": 0})]


def zero(rank: int) -> None:
    """One of two processes that train a step with each stage and save."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2"}
    # Only faster, and it would need a compiler.
    sys.modules["deepspeed.comm.torch"].build_shm_op = lambda: None
    deepspeed.init_distributed("gloo")
    for name, stage, kind, settings in ZERO:
        torch.manual_seed(0)
        model = Trained()
        decayed = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() > 1]
        others = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() < 2]
        optimizer = torch.optim.AdamW([{"params": decayed}, {"params": others, "weight_decay": 0.0}])
        config = {"train_micro_batch_size_per_gpu": 1, "zero_optimization": {"stage": stage} | settings,
                  "zero_allow_untested_optimizer": True, "zero_force_ds_cpu_optimizer": False}
        if kind != "fp32":
            config[kind] = {"enabled": True}
        engine = deepspeed.initialize(model=model, optimizer=optimizer, config=config)[0]
        for _ in range(2):
            engine.backward(engine(torch.tensor([1, 2, 3 + rank])))
            engine.step()
        engine.save_checkpoint(str(FOLDER / name), tag="global_step2")
        dist.barrier()
    dist.destroy_process_group()


def write_merged(name: str) -> None:
    """What zero_to_fp32 makes of a checkpoint, and what the model's own states have beside."""
    folder = FOLDER / name
    for script in folder.glob("*.py"):
        script.unlink()
    tensors = get_fp32_state_dict_from_zero_checkpoint(folder)
    whole = folder / "global_step2" / "mp_rank_00_model_states.pt"
    if whole.exists():
        # It leaves out what is not trained, in stage 1.
        tensors = torch.load(whole, weights_only=False)["module"] | tensors
    save_file({key: tensor.clone().contiguous() for key, tensor in tensors.items()}, FOLDER / f"{name}.safetensors")


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    torch.manual_seed(0)
    one_process()
    bert(FOLDER / "dcp-bert")
    torch.multiprocessing.spawn(two_processes, nprocs=2)
    for name in ("dcp-two", "dcp-megatron"):
        write_expected(name, FOLDER / name)
    torch.multiprocessing.spawn(zero, nprocs=2)
    for name, *_ in ZERO:
        write_merged(name)
    for path in FOLDER.rglob("*.safetensors"):
        path.chmod(0o644)


if __name__ == "__main__":
    sys.exit(main())
