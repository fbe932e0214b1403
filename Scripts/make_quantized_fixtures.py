#!/usr/bin/env python3
"""Makes Tests/Fixtures/quantized: layers and tables as the programs that quantise models write them, and what they say
that the numbers are.

usage: make_quantized_fixtures.py

Run it in an environment with torch, transformers 5.24, compressed-tensors, bitsandbytes, torchao and mlx (the CPU is
enough). bodies/NAME.safetensors holds a layer or two of a quantised model, with a vocabulary of 416 rows that one of
their axes has, too; bodies/NAME.json is what config.json says of it. Layouts whose programs need a graphics card
(GPTQ, AWQ, MXFP4) are made of random numbers under their published names and shapes. tables/NAME holds tables of 416
rows that are quantised themselves. arithmetic.safetensors has numbers and what torch and mlx make of them, bit by bit.
"""

import json
import os
import pathlib

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import bitsandbytes
import mlx.core as mx
import ml_dtypes
import numpy as np
import torch
from compressed_tensors.compressors import ModelCompressor
from compressed_tensors.quantization import (QuantizationArgs, QuantizationConfig, QuantizationScheme,
                                             QuantizationStatus, apply_quantization_config)
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file
from torchao.prototype.safetensors.safetensors_support import flatten_tensor_state_dict
from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, quantize_
from transformers import FineGrainedFP8Config, LlamaConfig, LlamaForCausalLM
from transformers.integrations.finegrained_fp8 import Fp8Dequantize, Fp8Quantize

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/quantized"
ROWS, WIDTH = 416, 64
UP, QUERY = "model.layers.0.mlp.up_proj", "model.layers.0.self_attn.q_proj"
TABLE, HEAD = "model.embed_tokens", "lm_head"
torch.manual_seed(0)
torch.set_grad_enabled(False)
random = np.random.default_rng(0)


def rows(count: int = ROWS) -> torch.Tensor:
    """Rows of different lengths, so that their scales differ."""
    return torch.randn(count, WIDTH) * torch.exp(torch.randn(count, 1)) * 0.05


def save(name: str, tensors: dict, settings: dict | None, metadata: dict | None = None) -> None:
    path = FOLDER / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(next(iter(tensors.values())), np.ndarray):
        save_arrays(tensors, path, {"format": "mlx"})
    else:
        save_file({k: t.contiguous() for k, t in tensors.items()}, path, {"format": "pt"} | (metadata or {}))
    if settings is not None:
        path.with_suffix(".json").write_text(json.dumps(settings, indent=1, default=str) + "\n")


# FP8 of transformers

class Quantizer:
    def __init__(self, **settings):
        self.quantization_config = FineGrainedFP8Config(**settings)


def fine_grained(weight: torch.Tensor, name: str, **settings) -> tuple[dict, dict]:
    quantizer = Quantizer(**settings)
    found = Fp8Quantize(quantizer)._quantize_one(f"{name}.weight", weight)
    return found, quantizer.quantization_config.to_dict()


def numbers_of_blocks(tensors: dict, name: str, **settings) -> torch.Tensor:
    operation = Fp8Dequantize(Quantizer(**settings))
    return operation._dequantize_one(tensors[f"{name}.weight"], tensors[f"{name}.weight_scale_inv"],
                                     output_dtype=torch.float32)


def fp8() -> None:
    blocks = {"weight_block_size": (32, 32)}
    tensors = {}
    for name, count in ((UP, ROWS), (QUERY, WIDTH)):
        found, settings = fine_grained(rows(count), name, **blocks)
        tensors |= found
    settings["modules_to_not_convert"] = [HEAD]
    save("bodies/fp8-block", tensors, {"quantization_config": settings})
    for name, scales in (("fp8-block", "float"), ("fp8-block-ue8m0", "ue8m0")):
        tensors = {}
        for table in (TABLE, HEAD):
            found, settings = fine_grained(rows(), table, **blocks, scale_fmt=scales)
            tensors |= found
        save(f"tables/{name}", tensors, {"quantization_config": settings})
    # One scale for all, as FP8Embedding of transformers keeps a table, and the static scale of what meets the head.
    tensors = {}
    for table in (TABLE, HEAD):
        weight = rows()
        scale = (weight.abs().max() / 448).reshape(1)
        tensors |= {f"{table}.weight": (weight / scale).to(torch.float8_e4m3fn), f"{table}.weight_scale": scale}
    tensors[f"{HEAD}.input_scale"] = torch.tensor(0.125)
    save("tables/fp8-tensor", tensors, {"quantization_config": {
        "quant_method": "fp8", "activation_scheme": "static", "modules_to_convert": ["embed_tokens", "lm_head"]}})
    weight = rows()
    scale = (weight.abs().amax(1, keepdim=True) / 57344).to(torch.float16)
    elements = (weight / scale).clamp(-57344, 57344).to(torch.float8_e5m2)
    save("tables/e5m2-row", {f"{TABLE}.weight": elements, f"{TABLE}.weight_scale": scale},
         {"quantization_config": {"quant_method": "fp8", "activation_scheme": "dynamic"}})


# compressed-tensors

def compressed(format: str, targets=("Linear",), ignore=(HEAD,), **weights) -> tuple[dict, dict]:
    config = LlamaConfig(vocab_size=ROWS, hidden_size=WIDTH, intermediate_size=ROWS, num_hidden_layers=1,
                         num_attention_heads=2, num_key_value_heads=2, tie_word_embeddings=False)
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    scheme = QuantizationScheme(targets=list(targets), weights=QuantizationArgs(**weights))
    settings = QuantizationConfig(config_groups={"group_0": scheme}, ignore=list(ignore), format=format,
                                  quantization_status=QuantizationStatus.FROZEN)
    apply_quantization_config(model, settings)
    for module in model.modules():
        if not hasattr(module, "weight_scale"):
            continue
        size = weights.get("group_size") or module.weight.shape[1]
        largest = module.weight.float().reshape(len(module.weight), -1, size).abs().amax(-1)
        limit = {("float", 8): 448.0, ("float", 4): 6.0, ("int", 4): 7.0}[weights["type"], weights["num_bits"]]
        scale = largest / limit
        if hasattr(module, "weight_global_scale"):
            module.weight_global_scale.data.copy_(448 * 6 / largest.max().reshape(1))
            scale = scale * module.weight_global_scale
        module.weight_scale.data.copy_(scale.reshape(module.weight_scale.shape))
    ModelCompressor(quantization_config=settings).compress_model(model)
    return model.state_dict(), {"quantization_config": settings.to_dict()}


def compressed_tensors() -> None:
    for name, format, weights in (
            ("fp8-channel", "float-quantized", {"num_bits": 8, "type": "float", "strategy": "channel"}),
            ("int4-packed", "pack-quantized", {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32}),
            ("nvfp4", "nvfp4-pack-quantized",
             {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16})):
        state, settings = compressed(format, **weights)
        save(f"bodies/{name}", {k: t for k, t in state.items() if k.startswith((UP, QUERY))}, settings)
        if name == "int4-packed":
            state, settings = compressed(format, ignore=(), **weights)
            save(f"tables/{name}", {k: t for k, t in state.items() if k.startswith(HEAD)}, settings)
    state, settings = compressed("float-quantized", ("Linear", "Embedding"), (), num_bits=8, type="float",
                                 strategy="channel")
    save("tables/fp8-row", {k: t for k, t in state.items() if k.startswith((TABLE, HEAD))}, settings)


# bitsandbytes, torchao

def others() -> None:
    plain = torch.nn.Linear(WIDTH, ROWS, bias=False)
    four = bitsandbytes.nn.Linear4bit(WIDTH, ROWS, bias=False, quant_type="nf4", compress_statistics=True)
    four.load_state_dict(plain.state_dict())
    state = {f"{UP}.{k}": t for k, t in four.to("cpu").state_dict().items()}
    settings = {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4",
                "bnb_4bit_use_double_quant": True, "llm_int8_skip_modules": None}
    save("bodies/bnb-4bit", state, {"quantization_config": settings})
    save("tables/bnb-4bit", {k.replace(UP, HEAD): t for k, t in state.items()}, {"quantization_config": settings})
    eight = bitsandbytes.nn.Linear8bitLt(WIDTH, ROWS, bias=False, has_fp16_weights=False)
    eight.load_state_dict(plain.state_dict())
    state = {f"{UP}.{k}": t for k, t in eight.to("cpu").state_dict().items()}
    save("bodies/bnb-8bit", state, {"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True}})
    for name, config in (("torchao-int8", Int8WeightOnlyConfig()), ("torchao-fp8", Float8WeightOnlyConfig())):
        module = torch.nn.Sequential(torch.nn.Linear(WIDTH, ROWS, bias=False).bfloat16())
        quantize_(module, config)
        state, metadata = flatten_tensor_state_dict({f"{UP}.weight": module.state_dict()["0.weight"]})
        save(f"bodies/{name}", state, {"quantization_config": {"quant_method": "torchao"}}, metadata)


# GPTQ, AWQ, MXFP4, by their names and shapes

def integers(*shape: int, bits: int = 32) -> torch.Tensor:
    kind = {32: np.int32, 8: np.uint8}[bits]
    limits = np.iinfo(kind)
    return torch.from_numpy(random.integers(limits.min, limits.max, shape, kind, endpoint=True))


def by_name() -> None:
    def gptq(name: str) -> dict:
        return {f"{name}.qweight": integers(WIDTH // 8, ROWS), f"{name}.qzeros": integers(2, ROWS // 8),
                f"{name}.scales": torch.rand(2, ROWS).half(),
                f"{name}.g_idx": torch.arange(WIDTH, dtype=torch.int32) // 32}
    settings = {"quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": False, "sym": True}
    save("bodies/gptq", gptq(UP), {"quantization_config": settings})
    save("tables/gptq", gptq(HEAD), {"quantization_config": settings | {"lm_head": True}})
    save("bodies/awq", {f"{UP}.qweight": integers(WIDTH, ROWS // 8), f"{UP}.qzeros": integers(2, ROWS // 8),
                        f"{UP}.scales": torch.rand(2, ROWS).half()},
         {"quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 32, "zero_point": True,
                                  "modules_to_not_convert": None}})
    experts = "model.layers.0.mlp.experts"
    tensors = {}
    for name, outputs, inputs in (("gate_up_proj", ROWS, WIDTH), ("down_proj", WIDTH, ROWS)):
        tensors |= {f"{experts}.{name}_blocks": integers(2, outputs, inputs // 32, 16, bits=8),
                    f"{experts}.{name}_scales": integers(2, outputs, inputs // 32, bits=8),
                    f"{experts}.{name}_bias": torch.randn(2, outputs).bfloat16()}
    save("bodies/mxfp4", tensors, {"quantization_config": {
        "quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", TABLE, HEAD]}})


# MLX

def array(value: mx.array) -> np.ndarray:
    if value.dtype == mx.bfloat16:
        return np.array(value.astype(mx.float32)).astype(ml_dtypes.bfloat16)
    return np.array(value)


def triple(name: str, weight: mx.array, bits: int, size: int = 32) -> dict:
    parts = mx.quantize(weight, group_size=size, bits=bits)
    return {f"{name}.{part}": array(value) for part, value in zip(("weight", "scales", "biases"), parts)}


def mlx() -> None:
    def weight(count: int = ROWS) -> mx.array:
        return mx.array(rows(count).numpy()).astype(mx.bfloat16)
    settings = {"group_size": 32, "bits": 4, "mode": "affine"}
    save("bodies/mlx", triple(UP, weight(), 4) | triple(QUERY, weight(WIDTH), 4),
         {"quantization": settings, "quantization_config": settings})
    settings = {"group_size": 32, "bits": 4, HEAD: {"group_size": 32, "bits": 6}}
    save("tables/mlx", triple(TABLE, weight(), 4) | triple(HEAD, weight(), 6),
         {"quantization": settings, "quantization_config": settings})


# Numbers and bits

def arithmetic() -> None:
    found = {}
    values = torch.cat([torch.randn(2000) * 10.0 ** torch.randint(-8, 7, (2000,)),
                        torch.tensor([0.0, -0.0, 448, 464, 465, 1e30, 57344, 61440, 2.0 ** -9, 2.0 ** -10, 2.0 ** -16,
                                      3 * 2.0 ** -11, -1.0625, 1.1875, float("nan")])])
    found["values"] = values.numpy()
    for name, kind, largest in (("e4m3", torch.float8_e4m3fn, 448.0), ("e5m2", torch.float8_e5m2, 57344.0)):
        found[name] = values.clamp(-largest, largest).to(kind).view(torch.uint8).numpy()
    numbers = rows(6)
    numbers[1] = 0
    numbers[2] = numbers[2].abs() + 1
    numbers[3] *= 1e-9
    found["rows"] = numbers.numpy()
    for bits in (2, 3, 4, 5, 6, 8):
        for kind, name in ((mx.float32, "f32"), (mx.bfloat16, "bf16"), (mx.float16, "f16")):
            weight = mx.array(numbers.numpy()).astype(kind)
            found |= {f"{name}.{bits}.rows": array(weight)} | triple(f"{name}.{bits}", weight, bits)
        back = [mx.array(found[f"f32.{bits}.{part}"]) for part in ("weight", "scales", "biases")]
        found[f"f32.{bits}.numbers"] = array(mx.dequantize(*back, group_size=32, bits=bits))
    blocks, _ = fine_grained(numbers.repeat(6, 1)[:32], "block", weight_block_size=(16, 32))
    found["blocks.rows"] = numbers.repeat(6, 1)[:32].numpy()
    found["blocks.scales"] = blocks["block.weight_scale_inv"].numpy()
    found["blocks.numbers"] = numbers_of_blocks(blocks, "block", weight_block_size=(16, 32)).numpy()
    found["blocks.elements"] = blocks["block.weight"].view(torch.uint8).numpy()
    save("arithmetic", found, None)


if __name__ == "__main__":
    for make in (fp8, compressed_tensors, others, by_name, mlx, arithmetic):
        make()
