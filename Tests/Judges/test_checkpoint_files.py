"""Which files of a folder are the checkpoint, how many rows there are, and what else holds the old vocabulary."""

import json
import zipfile

import numpy as np
from safetensors.numpy import load_file, save_file

from tool import FocusCase

WIDTH = 16
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>"]
SOURCE = [*SPECIAL, "\u2581cat", "\u2581dog", *"pqrstuvwxyz", "\u2581"]
TARGET = [*SPECIAL, "\u2581dog", "\u2581new", "\u2581cat", *"pqrstuvwxyz", "\u2581"]
TABLE, HEAD = "model.embed_tokens.weight", "lm_head.weight"


def tokenizer(pieces, added=()):
    def token(index, content):
        return {"id": index, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True}
    space = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    tokens = [token(index, text) for index, text in enumerate(pieces[:4])]
    tokens += [token(len(pieces) + index, text) for index, text in enumerate(added)]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, "normalizer": None,
            "pre_tokenizer": space, "post_processor": None, "decoder": space, "model": {
                "type": "Unigram", "unk_id": 3, "byte_fallback": False,
                "vocab": [[piece, 0.0 if index < 4 else -1 - index / 100] for index, piece in enumerate(pieces)]}}


def table(rows, first=0.5, width=WIDTH):
    return np.arange(rows, dtype=np.float32)[:, None] + np.float32(first) + np.zeros((1, width), np.float32)


def model(rows=len(SOURCE), head=None, first=0.5):
    return {TABLE: table(rows, first), "model.layers.0.mlp.up_proj.weight": np.ones((40, WIDTH), np.float32),
            HEAD: table(head or rows, first + 1000)}


class CheckpointFiles(FocusCase):
    def write(self, name="source", tensors=None, added=(), pieces=SOURCE, file="model.safetensors", **config):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        sizes = {"hidden_size": WIDTH, "intermediate_size": 40, "vocab_size": len(pieces)}
        config = {"model_type": "llama", **sizes, **config}
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer(pieces, added)))
        if file:
            save_file(tensors or model(), folder / file)
        return folder

    def setUp(self):
        super().setUp()
        (self.folder / "target").mkdir()
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET)))

    def command(self, output="out", *more):
        return ["specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", output, *more]

    def specialised(self, *more):
        outcome = self.focus(*self.command("out", *more))
        self.assertDone(outcome)
        return outcome, json.loads((self.folder / "out" / "config.json").read_text())

    # Files

    def test_the_plain_copy_before_all_others(self):
        folder = self.write()
        for name, first in (("consolidated", 300.5), ("model.half", 600.5)):
            save_file(model(first=first), folder / f"{name}-00001-of-00001.safetensors")
            (folder / f"{name}.safetensors.index.json").write_text(json.dumps(
                {"metadata": None, "weight_map": {key: f"{name}-00001-of-00001.safetensors" for key in model()}}))
        (folder / "model.safetensors.index.json").write_text(json.dumps(
            {"weight_map": {TABLE: "model-00001-of-00002.safetensors", HEAD: "model-00002-of-00002.safetensors"}}))
        outcome, _ = self.specialised()
        self.assertEqual(sorted(path.name for path in (self.folder / "out").glob("*model*")), ["model.safetensors"])
        self.assertEqual([*(self.folder / "out").glob("consolidated*")], [])
        for name in ("model.safetensors.index.json", "consolidated.safetensors.index.json", "model.half"):
            self.assertIn(name, outcome.errors)
        found = load_file(self.folder / "out" / "model.safetensors")
        self.assertEqual(found[TABLE][4, 0], 5.5)
        self.assertDone(self.focus(*self.command("half", "--variant", "half")))
        found = load_file(self.folder / "half" / "model.half-00001-of-00001.safetensors")
        self.assertEqual(found[TABLE][4, 0], 605.5)
        index = json.loads((self.folder / "half" / "model.half.safetensors.index.json").read_text())
        self.assertGreater(index["metadata"]["total_size"], 0)
        (folder / "model.safetensors").unlink()
        self.assertRefused(
            "inspect", "source", saying=("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"))

    def test_parts_of_a_set_are_refused_with_the_names_of_the_others(self):
        folder = self.write(file="model-00002-of-00003.safetensors")
        for command in (self.command(), ["verify", "source"], ["inspect", "source"]):
            self.assertRefused(
                *command, saying=("'model-00001-of-00003.safetensors'", "'model-00003-of-00003.safetensors'"))
        self.assertDone(self.focus("inspect", folder / "model-00002-of-00003.safetensors"))

    def test_a_stale_tensor_of_an_earlier_shard_does_not_count(self):
        folder = self.write(file=None)
        tensors, names = model(), [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
        save_file({TABLE: tensors[TABLE], HEAD: table(len(SOURCE), 7000)}, folder / names[0])
        save_file({name: tensors[name] for name in tensors if name != TABLE}, folder / names[1])
        (folder / "model.safetensors.index.json").write_text(json.dumps(
            {"metadata": {}, "weight_map": {name: names[name != TABLE] for name in tensors}}))
        outcome, _ = self.specialised()
        self.assertIn(HEAD, outcome.errors)
        self.assertEqual(list(load_file(self.folder / "out" / names[0])), [TABLE])
        self.assertEqual(load_file(self.folder / "out" / names[1])[HEAD][4, 0], 1005.5)

    # Rows

    def test_tokens_without_a_row_are_no_copies(self):
        self.write(added=["<extra>", "<more>"])
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET, ["<more>"])))
        outcome, config = self.specialised()
        self.assertIn("2 tokens of the source have no row: '<extra>' (id 18), '<more>' (id 19)", outcome.errors)
        found = load_file(self.folder / "out" / "model.safetensors")
        self.assertEqual((len(found[TABLE]), config["vocab_size"]), (len(TARGET) + 1,) * 2)
        self.assertTrue(np.isfinite(found[TABLE]).all())
        self.assertDone(self.focus("verify", "source"))

    def test_a_table_with_rows_for_tokens_that_are_only_read(self):
        self.write(
            tensors=model(len(SOURCE) + 5, head=len(SOURCE)), added=["<picture>"], image_token_id=len(SOURCE))
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET, ["<picture>"])))
        _, config = self.specialised()
        found = load_file(self.folder / "out" / "model.safetensors")
        self.assertEqual((len(found[TABLE]), len(found[HEAD])), (len(TARGET) + 5, len(TARGET)))
        self.assertEqual(config["vocab_size"], len(TARGET))
        self.assertEqual(found[TABLE][len(TARGET), 0], len(SOURCE) + 0.5)
        self.assertEqual(config["image_token_id"], len(TARGET))

    def test_config_that_does_not_know_the_rows(self):
        self.write(tensors=model(len(SOURCE) + 3), vocab_size=len(SOURCE) - 1)
        outcome, config = self.specialised()
        self.assertIn(f"vocab_size {len(SOURCE) - 1}, but '{TABLE}' has {len(SOURCE) + 3} rows", outcome.errors)
        self.assertEqual(config["vocab_size"], len(TARGET))
        self.assertEqual(self.focus("verify", "source").code, 1)

    def test_rows_that_are_shared_split_or_values_are_refused(self):
        count = len(SOURCE)
        self.write(tensors={"embeddings": table(6), "row_of_token": np.arange(count, dtype=np.int32) % 6})
        (self.folder / "source" / "config.json").write_text('{"model_type": "static"}')
        self.assertRefused(*self.command(), saying=("row_of_token",))
        more = {"model.embed_tokens.additional_embedding.weight": table(2)}
        self.write(tensors=model() | more, additional_vocab_size=2)
        self.assertRefused(*self.command(), saying=("additional_embedding", TABLE))
        maps = {"d2t": np.zeros(7, np.int64), "t2d": np.zeros(count, np.bool_)}
        self.write(tensors={TABLE: table(count), HEAD: table(7)} | maps, draft_vocab_size=7)
        self.assertRefused(*self.command(), saying=("t2d",))
        self.assertRefused(*self.command(), "--leave", "t2d", saying=("d2t",))

    def test_rows_that_were_never_trained_lend_nothing(self):
        tensors = model()
        for token in ("q", "x", "z"):
            tensors[TABLE][SOURCE.index(token)] = 7.25
        tensors[TABLE][SOURCE.index("\u2581dog")] = 0
        self.write(tensors=tensors)
        outcome, _ = self.specialised()
        self.assertIn("4 source tokens were never trained", outcome.errors)
        found = load_file(self.folder / "out" / "model.safetensors")[TABLE]
        self.assertFalse((found == 7.25).all(axis=1).any() or (found == 0).all(axis=1).any())
        self.assertDone(self.focus(*self.command("like"), "--match-like-reference"))
        found = load_file(self.folder / "like" / "model.safetensors")[TABLE]
        self.assertEqual((found == 7.25).all(axis=1).sum(), 3)

    # Left-overs

    def test_what_is_as_long_as_the_vocabulary_stays_behind_and_the_rest_comes_along(self):
        folder = self.write()
        count = len(SOURCE)
        np.save(folder / "frequencies.npy", np.zeros(count))
        (folder / "idf.json").write_text(json.dumps({piece: 1.5 for piece in SOURCE}))
        (folder / "words.tsv").write_text("".join(f"{piece}\t1\n" for piece in SOURCE))
        (folder / "steps").mkdir()
        (folder / "steps" / "__0_0.distcp").write_bytes(bytes(200))
        save_file({"exp_avg": np.zeros((count, 3), np.float32)}, folder / "steps" / "state.safetensors")
        (folder / "state.bin").write_bytes(bytes(500))
        for name, sizes in (("pooler_head.pt", (4 * WIDTH, 4)), ("rows.pt", (4 * WIDTH * count,))):
            with zipfile.ZipFile(folder / name, "w") as archive:
                archive.writestr("x/data.pkl", b"\x80\x02}.")
                for index, size in enumerate(sizes):
                    archive.writestr(f"x/data/{index}", bytes(size))
        stale = ("frequencies.npy", "idf.json", "words.tsv", "steps/__0_0.distcp", "steps/state.safetensors",
                 "state.bin", "rows.pt")
        outcome, _ = self.specialised()
        for name in stale:
            self.assertFalse((self.folder / "out" / name).exists(), name)
            self.assertIn(f"'{name}'", outcome.errors)
        self.assertTrue((self.folder / "out" / "pooler_head.pt").exists())
        self.assertNotIn("pooler_head.pt", outcome.errors)
        self.assertDone(self.focus(
            "specialize", "source", "--tokenizer", "target", "--method", "pieces", "--in-place"))
        for name in ("rows.pt", "state.bin", "steps/state.safetensors"):
            self.assertTrue((folder / name).exists(), name)

    def test_a_module_with_a_row_a_token_stops_the_job(self):
        folder = self.write()
        (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": ""}, {"idx": 1, "path": "1_Weights"}]))
        (folder / "1_Weights").mkdir()
        save_file({"w": np.zeros((len(SOURCE), 2), np.float32)}, folder / "1_Weights" / "model.safetensors")
        self.assertRefused(*self.command(), saying=("1_Weights", "--keep-other-weights"))
        self.assertDone(self.focus(*self.command("kept"), "--keep-other-weights"))

    # Looking

    def test_verify_and_diff_look_at_config_and_tokenizer(self):
        self.write(hidden_size=WIDTH * 3)
        outcome = self.focus("verify", "source")
        self.assertEqual(outcome.code, 1)
        self.assertIn(f"hidden_size {WIDTH * 3}", outcome.output)
        self.write("other")
        outcome = self.focus("diff", "source", "other")
        self.assertEqual(outcome.code, 1)
        self.assertIn("config.json", outcome.output)
        self.write("other", hidden_size=WIDTH * 3)
        self.assertEqual(self.focus("diff", "source", "other").code, 0)
        self.assertIn("nothing but tensors", self.focus("diff", "source", "other/model.safetensors").errors)

    def test_five_significant_digits(self):
        save_file({"tiny": np.array([[1.23456789e-7, 4.25, -98765.4321, 0]], np.float64)},
                  self.folder / "x.safetensors")
        outcome = self.focus("inspect", "x.safetensors", "--rows", "tiny", "0:1")
        self.assertEqual(outcome.output.strip(), "0: 1.2346e-07 4.25 -98765 0")
