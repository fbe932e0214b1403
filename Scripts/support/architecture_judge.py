"""What must hold when a checkpoint of some architecture gets another vocabulary."""

import copy
import json
import os
import pathlib
import re
import shutil
import subprocess

import numpy as np
import torch
import transformers
from architecture_files import array, bits, fixtures, moved_tokenizer, tensors
from tokenizers import Tokenizer

import method
import tiny_models

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
TEXT = "Das Betriebssystem startet den Drucker neu, und die Tabelle wird gespeichert."
IDS = {"bos": "<s>", "eos": "</s>", "pad": "<pad>", "unk": "<unk>", "cls": "<s>", "sep": "</s>", "mask": "<mask>"}


class Judge:
    def __init__(self, work: pathlib.Path):
        self.work = work
        self.binary = os.environ["FOCUS_BINARY"]
        self.source = fixtures.unpack_tokenizer("golden/tokenizers/source", work / "source-tokenizer")
        self.target = fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", work / "target-tokenizer")
        moved_tokenizer(self.target)
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", work)
        vectors = fixtures.read_json("golden/aux-target-unigram.tokens.json")
        self.old, self.new = (Tokenizer.from_file(str(folder / "tokenizer.json"))
                              for folder in (self.source, self.target))
        self.plan = method.make_plan(self.old, self.new, dict(zip(vectors, np.load(self.auxiliary))))
        self.rows = max(self.old.get_vocab().values()) + 1
        self.ids = {role: self.old.token_to_id(token) for role, token in IDS.items()}

    def judge(self, name: str, dtype: str, sharded: bool, padding: int, coincidence: int | None = None) -> list[str]:
        rows = self.rows + padding
        source, result = self.work / "source", self.work / "result"
        for folder in (source, result):
            shutil.rmtree(folder, ignore_errors=True)
        other = {coincidence: rows} if coincidence else {}
        model = tiny_models.make(name, rows, self.ids, other).to(TYPES[dtype])
        model.save_pretrained(source, max_shard_size="40KB" if sharded else "5GB")
        for path in self.source.iterdir():
            shutil.copy(path, source / path.name)
        reloaded, before = self.load(name, source, TYPES[dtype])
        done = subprocess.run([self.binary, "specialize", source, "--tokenizer", self.target, "--method", "focus",
                               "--rare", "normal", "--auxiliary", self.auxiliary,
                               "--output", result, "--quiet", "--report", self.work / "report.json"],
                               capture_output=True, text=True)
        if done.returncode:
            return self.refusal(done.stderr.strip(), tensors(source), rows)
        complaints = self.compare(tensors(source), tensors(result), reloaded,
                                  self.followers(name, rows, other, tensors(source)))
        after_model, after = self.load(name, result, TYPES[dtype])
        for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
            if extra := set(map(str, after.get(kind, []))) - set(map(str, before.get(kind, []))):
                complaints.append(f"{kind}: {sorted(extra)[:4]}")
        complaints += self.compare_configs(source, result, rows)
        if not self.verify(source) and (found := self.verify(result)):
            complaints.append(f"focus verify finds it unsound: {found}")
        complaints += self.ties(reloaded, after_model)
        complaints += self.run(after_model, reloaded)
        return complaints

    def refusal(self, sentence: str, old: dict, rows: int) -> list[str]:
        """It is right to stop where a tensor of whole numbers, or of three axes, has a row a token, and to name it."""
        if self.is_coincidence and "not clear whether" in sentence and "--leave NAME" in sentence:
            self.refused += 1  # whoever says which, is asked; nothing is guessed
            return []
        odd = [name for name, tensor in old.items()
               if rows in tensor.shape and (tensor.dim() > 2 or not tensor.is_floating_point())]
        if odd and all(f"'{name} " in sentence or " more " in sentence for name in odd) and "--leave NAME" in sentence:
            self.refused += 1
            return []
        return [sentence]

    def load(self, name: str, folder: pathlib.Path, dtype):
        model, story = getattr(transformers, name).from_pretrained(folder, output_loading_info=True, dtype=dtype)
        return model.eval(), story

    def followers(self, name: str, rows: int, other: dict, old: dict) -> dict[str, int]:
        """The tensors, with the axis, that have one element more in a checkpoint whose vocabulary has one token
        more."""
        larger = self.work / "larger"
        shutil.rmtree(larger, ignore_errors=True)
        tiny_models.make(name, rows + 1, self.ids, other).save_pretrained(larger)
        new = tensors(larger)
        axes = {key: [axis for axis, (a, b) in enumerate(zip(old[key].shape, new[key].shape)) if a != b] for key in old}
        return {key: found[0] for key, found in axes.items() if found}

    def compare(self, old: dict, new: dict, model, followers: dict[str, int]) -> list[str]:
        complaints = []
        if set(old) != set(new):
            complaints.append(f"tensors differ: {sorted(set(old) ^ set(new))[:4]}")
        shifted = self.counted_positions(model)
        for name in sorted(set(old) & set(new)):
            a, b = old[name], new[name]
            if name in followers:
                moved = (np.moveaxis(array(tensor), followers[name], 0) for tensor in (a, b))
                complaints += [f"{name}: {what}" for what in self.complaints(*moved)]
            elif name.endswith(tuple(shifted)) and self.plan_moves(model) and self.lengths_fit(a, b):
                complaints += [f"{name}: {what}" for what in self.positions(a, b)]
            elif a.dtype != b.dtype or a.shape != b.shape or not np.array_equal(bits(a), bits(b)):
                complaints.append(f"{name}: is {b.dtype} {list(b.shape)} with other bits, and was {a.dtype} "
                                  f"{list(a.shape)}")
        if not followers:
            complaints.append("no tensor follows the vocabulary")
        return complaints

    def complaints(self, old: np.ndarray, new: np.ndarray) -> list[str]:
        """As `method.complaints`; rows past the tokenizer's last id are padding and take no part in what is drawn."""
        found = [what for what in method.complaints(self.plan, old, new) if "sampled row" not in what]
        used = old.reshape(len(old), -1)[:self.rows].astype(np.float64)
        if not used.std(axis=0).all():  # a column without spread is drawn as it is
            return found
        return found + method.sampling_complaints(used, new.reshape(len(new), -1)[self.plan.sampled].astype(np.float64))

    # Positions that are counted from the padding id on

    def counted_positions(self, model) -> set[str]:
        return {"." + name.split(".")[-1] + ".weight" for name, module in model.named_modules()
                if "position" in name and getattr(module, "padding_idx", None) == self.ids["pad"]}

    def plan_moves(self, model) -> bool:
        return model.config.model_type != "mpnet"  # its code has the padding id, not its configuration

    def lengths_fit(self, old: torch.Tensor, new: torch.Tensor) -> bool:
        """The table keeps its length; or, where the model adds rows for padding to it, changes it as the padding id
        does."""
        return len(new) - len(old) in (0, self.new.token_to_id("<pad>") - self.ids["pad"])

    def positions(self, old: torch.Tensor, new: torch.Tensor) -> list[str]:
        a, b = self.ids["pad"] + 1, self.new.token_to_id("<pad>") + 1
        count = min(len(old) - a, len(new) - b)
        return [] if torch.equal(old[a:a + count], new[b:b + count]) else ["positions are not where the new padding "
                                                                           "id puts them"]

    def verify(self, folder: pathlib.Path) -> str:
        done = subprocess.run([self.binary, "verify", folder], capture_output=True, text=True)
        return done.stdout + done.stderr if done.returncode else ""

    # Configurations

    def compare_configs(self, source: pathlib.Path, result: pathlib.Path, rows: int) -> list[str]:
        complaints = []
        for file in ("config.json", "generation_config.json"):
            if (source / file).exists():
                old, new = (json.loads((folder / file).read_text()) for folder in (source, result))
                complaints += self.compare_settings(old, new, rows, file)
        return complaints

    def compare_settings(self, old, new, rows: int, place: str) -> list[str]:
        if list(old) != list(new):
            return [f"{place} has other keys"]
        complaints = []
        own = isinstance(old.get("vocab_size"), int) and old["vocab_size"] != rows
        for key, value in old.items():
            where = f"{place}: {key}"
            if isinstance(value, dict):
                complaints += self.compare_settings(value, new[key], rows, where)
            elif "vocab_size" in key and value == rows and "type" not in key:
                if new[key] != self.plan.rows:
                    complaints.append(f"{where} is {new[key]}, not {self.plan.rows}")
            elif re.search(r"(^|_)(t2u|codec|codebook)_", key):
                if new[key] != value:
                    complaints.append(f"{where} is {new[key]} and was {value}, an entry of another vocabulary")
            elif key.endswith(("_token_id", "_token_index", "_token_ids")) or key in ("unk_index", "mask_index",
                                                                                      "pad_index"):
                wanted = value if own else self.mapped(key, value)
                if new[key] != wanted:
                    complaints.append(f"{where} is {new[key]}, not {wanted}; it was {value}")
            elif key.endswith(("_id", "_ids", "_idx", "_index")) and isinstance(value, (int, list)):
                # Names that do not say whose id it is (`newline_id`, `layer_id`): it stays, or follows its token.
                if new[key] not in (value, self.mapped(key, value)):
                    complaints.append(f"{where} is {new[key]} and was {value}")
            elif key not in ("bad_words_ids", "suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids",
                             "tokenizer_class") and new[key] != value:
                complaints.append(f"{where} is {new[key]} and was {value}")
        return complaints

    def mapped(self, key: str, value):
        if isinstance(value, list):
            return list(dict.fromkeys(self.mapped("", v) for v in value))
        if not isinstance(value, int) or value < 0:
            return value
        role = key.removeprefix("_").removesuffix("_token_id").removesuffix("_index")
        if role in IDS:
            return self.new.token_to_id(IDS[role])
        token = self.old.id_to_token(value)
        return value if token is None else self.new.token_to_id(token)

    # Models

    def ties(self, old, new) -> list[str]:
        def tied(model):
            head = model.get_output_embeddings()
            table = model.get_input_embeddings()
            return head is not None and getattr(head, "weight",
                                                None) is not None and head.weight.data_ptr() == table.weight.data_ptr()
        return [] if tied(old) == tied(new) else [f"the head was {'tied' if tied(old) else 'untied'} and is not so "
                                                  f"any more"]

    def run(self, model, source_model) -> list[str]:
        """A forward pass on text; architectures that want other inputs than text beside it are not run."""
        def forward(model, tokenizer):
            ids = torch.tensor([tokenizer.encode(TEXT).ids])
            inputs = {"input_ids": ids}
            if model.config.is_encoder_decoder:
                inputs["decoder_input_ids"] = ids[:, :5]
            with torch.inference_mode():
                return model.float()(**inputs)
        try:
            forward(copy.deepcopy(source_model), self.old)
        except Exception:  # noqa: BLE001: it does not run on text alone before, so it need not after
            return []
        output = forward(model, self.new)
        logits = getattr(output, "logits", None)
        if logits is None:
            logits = getattr(output, "prediction_logits", None)
        values = output[0] if logits is None else logits
        self.runs += 1
        if not torch.isfinite(values).all():
            return ["the output is not finite"]
        if model.get_output_embeddings() is not None and logits is not None and logits.shape[-1] not in (self.plan.rows,
                                                                                                         2):
            return [f"logits have the shape {list(logits.shape)}"]
        return []

    is_coincidence = False
    runs = 0
    refused = 0
