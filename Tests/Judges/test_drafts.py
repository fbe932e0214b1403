"""`focus draft`: a small model with the vocabulary of a large one, for speculative decoding."""

import json
import shutil

import numpy as np
from safetensors.numpy import load_file, save_file

from test_checkpoint_files import HEAD, SOURCE, SPECIAL, TABLE, TARGET, WIDTH, model, table, tokenizer
from tool import FocusCase, snapshot

COUNT = len(SOURCE)
BODY = "model.layers.0.mlp.up_proj.weight"


class Drafts(FocusCase):
    def setUp(self):
        super().setUp()
        self.write("small", SOURCE, {"vocab_size": COUNT}, model())
        # A token after a hole, and rows that fill up.
        large = tokenizer(TARGET)
        large["added_tokens"].append({**large["added_tokens"][0], "id": len(TARGET) + 3, "content": "<|chat|>"})
        self.rows = 32
        self.write("large", TARGET, {"vocab_size": self.rows}, None, large)

    def write(self, name, pieces, config, tensors=None, contents=None):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": WIDTH,
                  "intermediate_size": 40, "bos_token_id": 1, "eos_token_id": 2, **config}
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "tokenizer.json").write_text(json.dumps(contents or tokenizer(pieces)))
        if tensors:
            save_file(tensors, folder / "model.safetensors")
        return folder

    def check(self, folder):
        found = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        self.assertEqual([len(found[name]) for name in (TABLE, HEAD)], [self.rows] * 2)
        self.assertEqual(config["vocab_size"], self.rows)
        self.assertEqual((folder / "tokenizer.json").read_bytes(), (self.folder / "large/tokenizer.json").read_bytes())
        before = model()
        self.assertEqual(found[BODY].tobytes(), before[BODY].tobytes())
        for row, token in enumerate(TARGET):
            if token in SOURCE:
                for name in (TABLE, HEAD):
                    self.assertEqual(found[name][row].tobytes(), before[name][SOURCE.index(token)].tobytes(), token)
        self.assertTrue(all(np.isfinite(found[name]).all() for name in (TABLE, HEAD)))
        return found

    def test_the_large_model_s_ids_and_rows(self):
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out"))
        first = self.check(self.folder / "out")
        self.assertDone(self.focus("verify", "out"))
        # The same with a text, which weighs pieces, and again as a plan.
        (self.folder / "text.txt").write_text("cat dog new\n" * 50)
        self.assertDone(self.focus("draft", "small", "--like", "large", "--corpus", "text.txt", "--output", "out",
                                   "--overwrite", "--save-plan", "plan.safetensors", "--report", "report.json"))
        self.check(self.folder / "out")
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual(report["rows"]["written"], self.rows)
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "again", "--threads", "1"))
        again = load_file(self.folder / "again" / "model.safetensors")
        self.assertTrue(all(again[name].tobytes() == first[name].tobytes() for name in first))

    def test_only_tokenizer_and_config_of_the_large_model_are_read(self):
        # Its weights are not there, or there and of another size; config.json tells the rows that engines compare.
        self.write("large", TARGET, {"vocab_size": self.rows}, {TABLE: table(64)},
                   json.loads((self.folder / "large" / "tokenizer.json").read_text()))
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out"))
        self.check(self.folder / "out")
        # A composite model keeps the size with the part for text.
        config = {"model_type": "gemma3", "text_config": {"vocab_size": self.rows}, "vision_config": {"vocab_size": 7}}
        (self.folder / "large" / "config.json").write_text(json.dumps(config))
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out", "--overwrite"))
        self.check(self.folder / "out")
        # Where config.json does not tell, the header of the weights does.
        (self.folder / "large" / "config.json").write_text('{"model_type": "llama"}')
        self.rows = 64
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out", "--overwrite"))
        self.check(self.folder / "out")

    def test_a_tokenizer_with_one_id_more_than_rows(self):
        self.write("large", TARGET, {"vocab_size": len(TARGET)}, None, tokenizer(TARGET, ["<image_soft_token>"]))
        self.rows = len(TARGET)
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out"))
        self.check(self.folder / "out")

    def test_in_place_and_dry_run(self):
        before = snapshot(self.folder)
        dry = self.focus("draft", "small", "--like", "large", "--dry-run", "--json")
        self.assertDone(dry)
        shapes = {tensor["name"]: tensor["newShape"] for tensor in json.loads(dry.output)["tensors"]}
        self.assertEqual(shapes, {TABLE: [self.rows, WIDTH], HEAD: [self.rows, WIDTH]})
        self.assertEqual(snapshot(self.folder), before)
        done = self.focus("draft", "small", "--like", "large", "--in-place", "--keep-original", "old", "--json")
        self.assertDone(done)
        self.assertEqual(json.loads(done.output)["rows"]["written"], self.rows)
        self.check(self.folder / "small")
        self.assertEqual(load_file(self.folder / "old" / "model.safetensors")[TABLE].shape, (COUNT, WIDTH))

    def test_without_text_where_every_token_is_the_source_s(self):
        kept = [token for number, token in enumerate(SOURCE) if number % 5 != 4 or token in SPECIAL]
        self.write("large", kept, {"vocab_size": self.rows}, None, tokenizer(kept))
        self.assertDone(self.focus("draft", "small", "--like", "large", "--output", "out", "--method", "focus"))
        found, before = load_file(self.folder / "out" / "model.safetensors"), model()
        for name in (TABLE, HEAD):
            self.assertEqual(len(found[name]), self.rows)
            for row, token in enumerate(kept):
                self.assertEqual(found[name][row].tobytes(), before[name][SOURCE.index(token)].tobytes(), token)

    def test_what_cannot_be_done_is_refused(self):
        for words in ([], ["--output", "out", "--in-place"], ["--output", "out", "--method", "focus"]):
            self.assertEqual(self.focus("draft", "small", "--like", "large", *words).code, 64, words)
        self.assertRefused("draft", "small", "--like", "nowhere", "--output", "out", saying=("nowhere", "no such"))
        self.assertRefused("draft", "nowhere", "--like", "large", "--output", "out", saying=("nowhere",))
        self.assertRefused("draft", "small", "--like", "large/tokenizer.json", "--output", "out", saying=("folder",))
        (self.folder / "large" / "config.json").write_text("{}")
        self.assertRefused("draft", "small", "--like", "large", "--output", "out", saying=("large", "vocab_size"))
        for size in (0, -4, 1 << 50):
            (self.folder / "large" / "config.json").write_text(json.dumps({"vocab_size": size}))
            self.assertRefused("draft", "small", "--like", "large", "--output", "out", saying=("vocab_size", str(size)))
        (self.folder / "large" / "config.json").write_text(json.dumps({"vocab_size": 32}))
        (self.folder / "large" / "tokenizer.json").unlink()
        self.assertRefused("draft", "small", "--like", "large", "--output", "out", saying=("tokenizer",))
