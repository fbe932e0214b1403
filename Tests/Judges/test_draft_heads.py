"""Layers and heads that guess tokens ahead: in the checkpoint (multi-token prediction) or beside it (`--with`).

The layouts are the published ones: DeepSeek-V3's, GLM-4.5's and Qwen3-Next's layers, Medusa's heads, EAGLE's drafts
with a table of all tokens, and EAGLE-3's with `d2t`, the distance of each of the draft's tokens to the model's, and
`t2d`, a flag for each of the model's.
"""

import json
import shutil

import numpy as np
from safetensors.numpy import load_file, save_file

import fixtures
from test_checkpoint_files import HEAD, SOURCE, TABLE, TARGET, WIDTH, model, table, tokenizer
from tool import FIXTURES, FocusCase, snapshot

COUNT, NEW = len(SOURCE), len(TARGET)
RANDOM = np.random.default_rng(7)
# Distinct numbers, so that a row shows where it comes from.
FC = RANDOM.standard_normal((WIDTH, 3 * WIDTH)).astype(np.float32)
COPIED = {row: SOURCE.index(token) for row, token in enumerate(TARGET) if token in SOURCE}
NEW_TOKEN = TARGET.index("\u2581new")


def head(rows, first):
    return RANDOM.standard_normal((rows, WIDTH)).astype(np.float32) + np.float32(first)


class DraftHeads(FocusCase):
    def setUp(self):
        super().setUp()
        self.write("source", model(), {"vocab_size": COUNT})
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps(tokenizer(SOURCE)))
        (self.folder / "target").mkdir()
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET)))

    def write(self, name, tensors, config, file="model.safetensors"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        config = {"model_type": "llama", "hidden_size": WIDTH, "intermediate_size": 40, "eos_token_id": 2, **config}
        (folder / "config.json").write_text(json.dumps(config))
        save_file(tensors, folder / file)
        return folder

    def command(self, *more):
        where = [] if "--in-place" in more else ["--output", "out"]
        return ["specialize", "source", "--tokenizer", "target", "--method", "pieces", *where, *more]

    def specialised(self, *more):
        self.outcome = self.focus(*self.command(*more))
        self.assertDone(self.outcome)
        return load_file(self.folder / ("source" if "--in-place" in more else "out") / "model.safetensors")

    def check_rows(self, old, new):
        """Rows of tokens that both vocabularies have are the source's, the others are numbers."""
        self.assertEqual(new.shape, (NEW, *old.shape[1:]))
        for row, source in COPIED.items():
            self.assertEqual(new[row].tobytes(), old[source].tobytes(), TARGET[row])
        self.assertTrue(np.isfinite(new).all())

    # In the checkpoint

    def test_layers_that_predict_more_tokens(self):
        main = model()
        own = {name: head(COUNT, 50 + place) for place, name in enumerate(
            ["mtp.0.emb.tok_emb.weight", "mtp.0.head.weight", "model.layers.3.shared_head.head.weight"])}
        copies = {"model.layers.2.embed_tokens.weight": main[TABLE], "model.layers.2.shared_head.head.weight":
                  main[HEAD], "mtp.embed_tokens.weight": main[TABLE], "a.mtp_copy.embed_tokens.weight": main[TABLE]}
        body = {"model.layers.2.eh_proj.weight": head(WIDTH, 0), "model.layers.2.enorm.weight": head(1, 0)[0],
                "mtp.fc.weight": FC, "mtp.layers.0.mlp.up_proj.weight": head(40, 0),
                "model.layers.2.shared_head.norm.weight": head(1, 0)[0]}
        self.write("source", main | own | copies | body, {"vocab_size": COUNT, "num_nextn_predict_layers": 1})
        found = self.specialised()
        self.assertEqual(sorted(found), sorted([*main, *own, *copies, *body]))  # what was left out stays out
        for name, tensor in own.items():
            self.check_rows(tensor, found[name])
        for name, tensor in copies.items():
            original = TABLE if tensor is main[TABLE] else HEAD
            self.assertEqual(found[name].tobytes(), found[original].tobytes(), name)
        for name, tensor in body.items():
            self.assertEqual(found[name].tobytes(), tensor.tobytes(), name)
        self.assertDone(self.focus("verify", "out"))

    def test_medusa_heads_in_the_checkpoint(self):
        heads = {f"medusa_head.{number}.1.weight": head(COUNT, 30 + number) for number in range(3)}
        body = {f"medusa_head.{number}.0.linear.weight": head(WIDTH, 0) for number in range(3)}
        body |= {f"medusa_head.{number}.0.linear.bias": head(1, 0)[0] for number in range(3)}
        self.write("source", model() | heads | body, {"vocab_size": COUNT, "medusa_num_heads": 3})
        found = self.specialised()
        for name, tensor in heads.items():
            self.check_rows(tensor, found[name])
        for name, tensor in body.items():
            self.assertEqual(found[name].tobytes(), tensor.tobytes(), name)

    # Beside it

    def medusa(self):
        self.tensors = {f"{number}.1.weight": head(COUNT, 30 + number) for number in range(2)}
        self.tensors |= {f"{number}.0.linear.weight": head(WIDTH, 0) for number in range(2)}
        self.write("medusa", self.tensors, {"medusa_num_heads": 2, "medusa_num_layers": 1,
                                            "base_model_name_or_path": "base"}, "medusa_lm_head.safetensors")

    def eagle(self, **more):
        """EAGLE-1 and 2: the model's table, and the model's own head."""
        self.tensors = {"embed_tokens.weight": model()[TABLE], "fc.weight": FC,
                        "layers.0.mlp.up_proj.weight": head(40, 0)}
        self.write("eagle", self.tensors, {"vocab_size": COUNT, **more})

    OLD = [2, 5, 8, 9, 11, 14]  # </s>, dog, and letters

    def eagle3(self, ids=None, table_too=True, **more):
        ids = np.array(self.OLD if ids is None else ids)
        self.tensors = {"d2t": (ids - np.arange(len(ids))).astype(np.int64), "t2d": np.isin(np.arange(COUNT), ids),
                        "lm_head.weight": head(len(ids), 70), "fc.weight": FC, "norm.weight": head(1, 0)[0],
                        "midlayer.mlp.up_proj.weight": head(40, 0)}
        if table_too:
            self.tensors["embed_tokens.weight"] = model()[TABLE]
        self.write("eagle3", self.tensors, {"vocab_size": COUNT, "draft_vocab_size": len(ids), **more})

    def check_untouched(self, found, changed):
        self.assertEqual(sorted(found), sorted(self.tensors))
        for name in set(found) - set(changed):
            self.assertEqual(found[name].tobytes(), self.tensors[name].tobytes(), name)

    def check_map(self, folder, size=len(OLD), rows=NEW):
        found = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        self.assertEqual((config["vocab_size"], config["draft_vocab_size"]), (rows, size))
        self.assertEqual((found["d2t"].dtype, found["d2t"].shape), (np.int64, (size,)))
        self.assertEqual((found["t2d"].dtype, found["t2d"].shape), (np.bool_, (rows,)))
        ids = found["d2t"] + np.arange(size)
        self.assertTrue((np.diff(ids) > 0).all() and ids[0] >= 0)
        self.assertEqual(np.flatnonzero(found["t2d"]).tolist(), ids.tolist())
        self.assertEqual(found["lm_head.weight"].shape, (size, WIDTH))
        old = (self.tensors["d2t"] + np.arange(len(self.tensors["d2t"]))).tolist()
        for row, token in enumerate(ids.tolist()):
            if (source := COPIED.get(token)) in old:
                self.assertEqual(found["lm_head.weight"][row].tobytes(),
                                 self.tensors["lm_head.weight"][old.index(source)].tobytes(), token)
        self.assertTrue(np.isfinite(found["lm_head.weight"]).all())
        return ids.tolist(), found

    def test_medusa_beside_the_checkpoint(self):
        self.medusa()
        self.specialised("--with", "medusa")
        found = load_file(self.folder / "out" / "medusa" / "medusa_lm_head.safetensors")
        heads = [f"{number}.1.weight" for number in range(2)]
        for name in heads:
            self.check_rows(self.tensors[name], found[name])
        self.check_untouched(found, heads)
        old, new = (json.loads((self.folder / place / "medusa" / "config.json").read_text()) for place in (".", "out"))
        self.assertEqual(old, new)

    def test_a_draft_with_a_copy_of_the_table(self):
        self.eagle(draft_vocab_size=COUNT)
        main = self.specialised("--with", "eagle/")
        found = load_file(self.folder / "out" / "eagle" / "model.safetensors")
        self.assertEqual(found["embed_tokens.weight"].tobytes(), main[TABLE].tobytes())
        self.check_untouched(found, ["embed_tokens.weight"])
        config = json.loads((self.folder / "out" / "eagle" / "config.json").read_text())
        self.assertEqual((config["vocab_size"], config["draft_vocab_size"]), (NEW, NEW))
        # Without files of a tokenizer it needs none; with them it gets the new ones.
        self.assertFalse((self.folder / "out" / "eagle" / "tokenizer.json").exists())
        shutil.copy(self.folder / "source" / "tokenizer.json", self.folder / "eagle")
        self.specialised("--with", "eagle", "--overwrite")
        self.assertEqual((self.folder / "out" / "eagle" / "tokenizer.json").read_bytes(),
                         (self.folder / "target" / "tokenizer.json").read_bytes())

    def test_a_draft_with_a_vocabulary_of_its_own(self):
        for table_too in (True, False):
            self.eagle3(table_too=table_too)
            main = self.specialised("--with", "eagle3", "--overwrite")
            ids, found = self.check_map(self.folder / "out" / "eagle3")
            # Without a text: the tokens that the draft knew.
            self.assertEqual(sorted(COPIED[token] for token in ids), self.OLD)
            changed = ["d2t", "t2d", "lm_head.weight", "embed_tokens.weight"]
            self.check_untouched(found, changed)
            if table_too:
                self.assertEqual(found["embed_tokens.weight"].tobytes(), main[TABLE].tobytes())

    def test_the_text_decides_what_a_draft_knows(self):
        self.eagle3()
        frequent = ["v", "x", "t", "\u2581new"]
        (self.folder / "text.txt").write_text("v x t new v x t new v x t new\n" * 20 + "p\n")
        for more in ([], ["--threads", "1"]):
            self.specialised("--with", "eagle3", "--corpus", "text.txt", "--overwrite", *more)
            ids, found = self.check_map(self.folder / "out" / "eagle3")
            tokens = [TARGET[token] for token in ids]
            for token in ["</s>", *frequent]:  # the end of a text is no token of it, and must be guessed, too
                self.assertIn(token, tokens)
        # A token that the draft did not know, and pieces of which it knew none: the mean of the head's rows.
        row = found["lm_head.weight"][ids.index(TARGET.index("t"))]
        np.testing.assert_allclose(row, self.tensors["lm_head.weight"].astype(np.float64).mean(0), rtol=1e-5)

    def test_sums_of_rows_of_which_a_draft_has_some(self):
        self.eagle3([*self.OLD, SOURCE.index("v"), SOURCE.index("w")])
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer([*TARGET, "zvw"])))
        (self.folder / "text.txt").write_text("zvw azvw\n" * 50)
        self.specialised("--with", "eagle3", "--corpus", "text.txt", "--piece-weights", "uniform")
        ids, found = self.check_map(self.folder / "out" / "eagle3", len(self.OLD) + 2, NEW + 1)
        rows = self.tensors["lm_head.weight"].astype(np.float64)
        wanted = rows[-2:].mean(0)  # the draft did not know the piece z
        np.testing.assert_allclose(found["lm_head.weight"][ids.index(NEW)], wanted, rtol=1e-5, atol=1e-6)

    def test_a_copy_of_a_table_with_rows_that_the_model_made(self):
        """Rows of states are made for the model's tensors; a copy of one stays a copy, and a like name is no copy."""
        name = "golden/tokenizers/source"
        fixture = FIXTURES / "models" / "llama-tied"
        tensors = load_file(fixture / "model.safetensors")
        config = json.loads((fixture / "config.json").read_text())
        shutil.rmtree(self.folder / "source")
        fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / "unigram")
        rows = fixtures.tokenizer(fixtures.unpack_tokenizer(name, self.base / "old")).get_vocab_size()
        width = tensors[TABLE].shape[1]
        tensors[TABLE] = RANDOM.standard_normal((rows, width)).astype(np.float32)
        config |= {"vocab_size": rows, "tie_word_embeddings": True, "max_position_embeddings": 512}
        fixtures.write_checkpoint(self.folder / "source", tensors, config, name)
        vectors = fixtures.golden_auxiliary("target-unigram", self.folder)
        lines = [json.loads(line)["text"] for line in fixtures.read("golden/tokenization/e5-small.jsonl").splitlines()]
        (self.folder / "text.txt").write_text("\n".join(line.replace("\n", " ") for line in lines), encoding="utf-8")
        draft = {"embed_tokens.weight": tensors[TABLE], TABLE: tensors[TABLE] + 1}
        self.write("eagle", draft, {"vocab_size": rows, "hidden_size": width})
        self.assertDone(self.focus(
            "specialize", "source", "--tokenizer", "unigram", "--auxiliary", vectors, "--corpus", "text.txt",
            "--method", "focus+states", "--with", "eagle", "--output", "out"))
        main = load_file(self.folder / "out" / "model.safetensors")
        found = load_file(self.folder / "out" / "eagle" / "model.safetensors")
        self.assertEqual(found["embed_tokens.weight"].tobytes(), main[TABLE].tobytes())
        self.assertFalse((found[TABLE] == main[TABLE]).any())

    def test_more_tokens_than_the_target_has(self):
        self.eagle3(range(COUNT))
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET[:14])))
        self.specialised("--with", "eagle3")
        ids, _ = self.check_map(self.folder / "out" / "eagle3", 14, 14)
        self.assertEqual(ids, list(range(14)))
        self.assertIn("it gets rows for all of them", self.outcome.errors)

    def test_a_kept_plan(self):
        self.eagle3()
        self.specialised("--with", "eagle3", "--save-plan", "plan.safetensors")
        first = snapshot(self.folder / "out")
        self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--plan", "plan.safetensors",
                                   "--with", "eagle3", "--output", "again"))
        self.assertEqual(snapshot(self.folder / "again"), first)

    def test_rows_that_fill_up(self):
        self.eagle3()
        self.specialised("--with", "eagle3", "--pad-to-multiple-of", "16")
        self.check_map(self.folder / "out" / "eagle3", rows=32)

    def test_lists_of_ids_and_shards(self):
        """Medusa of vLLM: `token_map` lists ids, `truncated_vocab_size` counts them."""
        self.tensors = {"token_map": np.array([11, 2, 5], np.int32), "lm_heads.0.weight": head(3, 5),
                        "blocks.0.layers.0.weight": head(WIDTH, 0)}
        folder = self.write("medusa", self.tensors, {"vocab_size": COUNT, "truncated_vocab_size": 3})
        (folder / "model.safetensors").unlink()
        places = {name: f"model-{place + 1:05}-of-00003.safetensors" for place, name in enumerate(self.tensors)}
        for name, file in places.items():
            save_file({name: self.tensors[name]}, folder / file)
        (folder / "model.safetensors.index.json").write_text(json.dumps(
            {"metadata": {"total_size": 0}, "weight_map": places}))
        self.specialised("--with", "medusa", "--link")
        out = self.folder / "out" / "medusa"
        found = {name: load_file(out / file)[name] for name, file in places.items()}
        ids = found["token_map"].tolist()
        self.assertEqual(found["token_map"].dtype, np.int32)
        self.assertEqual(sorted(COPIED[token] for token in ids), [2, 5, 11])
        for row, token in enumerate(ids):
            self.assertEqual(found["lm_heads.0.weight"][row].tobytes(),
                             self.tensors["lm_heads.0.weight"][[11, 2, 5].index(COPIED[token])].tobytes())
        self.assertEqual((out / places["blocks.0.layers.0.weight"]).stat().st_ino,
                         (folder / places["blocks.0.layers.0.weight"]).stat().st_ino)
        config = json.loads((out / "config.json").read_text())
        self.assertEqual((config["vocab_size"], config["truncated_vocab_size"]), (NEW, 3))

    def test_the_layout_of_speculators(self):
        """The model's sizes are in `transformer_layer_config`; the head of the model may lie beside the draft's."""
        self.eagle3()
        ids = self.tensors["d2t"]
        self.tensors |= {"verifier_lm_head.weight": head(len(ids), 90)}
        config = {"speculators_model_type": "eagle3", "draft_vocab_size": len(ids),
                  "transformer_layer_config": {"model_type": "llama", "vocab_size": COUNT, "hidden_size": WIDTH,
                                               "eos_token_id": 2}}
        save_file(self.tensors, self.folder / "eagle3" / "model.safetensors")
        (self.folder / "eagle3" / "config.json").write_text(json.dumps(config))
        self.specialised("--with", "eagle3")
        new = json.loads((self.folder / "out" / "eagle3" / "config.json").read_text())
        config["transformer_layer_config"]["vocab_size"] = NEW
        self.assertEqual(new, config)
        found = load_file(self.folder / "out" / "eagle3" / "model.safetensors")
        for row, token in enumerate((found["d2t"] + np.arange(len(ids))).tolist()):
            for name in ("lm_head.weight", "verifier_lm_head.weight"):
                self.assertEqual(found[name][row].tobytes(),
                                 self.tensors[name][self.OLD.index(COPIED[token])].tobytes())

    def test_what_is_said_of_drafts(self):
        self.eagle3(table_too=False)
        shown = self.focus("inspect", "eagle3")
        self.assertDone(shown)
        for word in ("draft head", "6 tokens", "'d2t'", "'t2d'"):
            self.assertIn(word, shown.output)
        self.assertDone(self.focus("verify", "eagle3"))
        self.specialised("--with", "eagle3")
        self.assertDone(self.focus("verify", "out"))
        self.assertDone(self.focus("verify", "out/eagle3"))
        self.tensors["t2d"] = ~self.tensors["t2d"]
        save_file(self.tensors, self.folder / "eagle3" / "model.safetensors")
        found = self.focus("verify", "eagle3")
        self.assertEqual(found.code, 1)
        self.assertIn("say different things", found.output + found.errors)
        layers = {"model.layers.2.embed_tokens.weight": table(COUNT), "mtp.0.head.weight": table(COUNT)}
        self.write("source", model() | layers, {"vocab_size": COUNT})
        shown = self.focus("inspect", "source")
        for name in layers:
            self.assertIn(f"'{name}'", shown.output)
        self.assertIn("ahead", shown.output)

    def test_a_draft_by_itself_is_refused_with_what_carries_it(self):
        self.eagle3()
        self.assertRefused("specialize", "eagle3", "--source-tokenizer", "source", "--tokenizer", "target",
                           "--method", "pieces", "--output", "out", saying=("'d2t'", "'t2d'", "--with eagle3"))

    def test_maps_beside_the_model_in_its_checkpoint(self):
        self.eagle3()
        self.tensors = {name: tensor for name, tensor in self.tensors.items() if name != "embed_tokens.weight"}
        self.write("source", model() | {f"draft.{name}": tensor for name, tensor in self.tensors.items()},
                   {"vocab_size": COUNT})
        self.specialised()
        found = load_file(self.folder / "out" / "model.safetensors")
        ids = found["draft.d2t"] + np.arange(len(found["draft.d2t"]))
        self.assertEqual(np.flatnonzero(found["draft.t2d"]).tolist(), ids.tolist())
        self.assertEqual(found["draft.t2d"].shape, (NEW,))
        self.assertEqual(len(found["draft.lm_head.weight"]), len(ids))

    # Where they go

    def test_in_place_and_several(self):
        self.medusa()
        self.eagle3()
        shutil.move(self.folder / "medusa", self.folder / "source" / "medusa")
        outside = snapshot(self.folder / "eagle3")
        dry = self.focus(*self.command("--with", "eagle3", "--with", "source/medusa", "--dry-run", "--json"))
        self.assertDone(dry)
        shapes = {tensor["name"]: tensor["newShape"] for tensor in json.loads(dry.output)["tensors"]}
        self.assertEqual(shapes["eagle3/d2t"], [len(self.OLD)])
        self.assertEqual(shapes["medusa/0.1.weight"], [NEW, WIDTH])
        self.assertEqual(shapes[TABLE], [NEW, WIDTH])
        # Without --with a draft inside is left out, and it is said how it is carried.
        self.specialised()
        self.assertIn("source/medusa' is a draft of the model, --with carries it", self.outcome.errors)
        self.assertFalse((self.folder / "out" / "medusa" / "medusa_lm_head.safetensors").exists())
        self.specialised("--with", "eagle3", "--with", "source/medusa", "--in-place", "--keep-original", "old")
        self.assertEqual(snapshot(self.folder / "eagle3"), outside)
        found = load_file(self.folder / "source" / "medusa" / "medusa_lm_head.safetensors")
        self.assertEqual(found["0.1.weight"].shape, (NEW, WIDTH))
        self.check_map(self.folder / "source" / "eagle3")
        self.assertEqual(load_file(self.folder / "old" / "medusa" / "medusa_lm_head.safetensors")["0.1.weight"].shape,
                         (COUNT, WIDTH))

    def test_what_cannot_be_carried_is_refused_by_name(self):
        self.eagle3()
        good = dict(self.tensors)

        def refused(tensors, *words, **config):
            self.write("eagle3", tensors, {"vocab_size": COUNT, "draft_vocab_size": len(self.OLD), **config})
            self.assertRefused(*self.command("--with", "eagle3"), saying=words)

        far = good["d2t"].copy()
        far[3] = 1 << 40
        refused(good | {"d2t": far}, "'d2t'", "token 3", str(1 << 40))
        refused(good | {"d2t": np.full(6, np.iinfo(np.int64).max)}, "'d2t'")
        refused(good | {"d2t": np.full(6, -9)}, "'d2t'")
        refused(good | {"t2d": ~good["t2d"]}, "'d2t'", "'t2d'", "different")
        refused(good | {"t2d": good["t2d"][:-1]}, "'t2d", "another model")
        refused(good | {"d2t": good["d2t"].astype(np.int16)}, "'d2t", "I16")
        refused({name: good[name] for name in good if name != "d2t"}, "'t2d", "'d2t'")
        refused({name: good[name] for name in good if name != "lm_head.weight"}, "'d2t", "head")
        refused(good | {"scores.weight": np.zeros((6, 3), np.float32)}, "'scores.weight", "not clear")
        refused(good | {"d2t": np.zeros(COUNT + 9, np.int64), "lm_head.weight": head(COUNT + 9, 0)}, "'d2t'")
        refused(good | {"other.d2t": good["d2t"]}, "'d2t'", "'other.d2t'")
        refused(good | {"frequencies": np.zeros(COUNT, np.int64)}, "'frequencies")
        refused(good, "another model", str(COUNT * 500), vocab_size=COUNT * 500)
        refused({"fc.weight": FC}, "no tensor that follows")
        refused(good | {"lm_head.weight": np.full((6, WIDTH), np.nan, np.float32)}, "lm_head.weight")
        self.eagle3()
        self.assertRefused(*self.command("--with", "nowhere"), saying=("nowhere", "no such"))
        self.assertRefused(*self.command("--with", "eagle3/config.json"), saying=("is one file", "name its folder"))
        self.assertRefused(*self.command("--with", "source"), saying=("source", "beside the checkpoint"))
        self.assertRefused(*self.command("--with", "."), saying=("name",))
        (self.folder / "more").mkdir()
        shutil.copytree(self.folder / "eagle3", self.folder / "more" / "eagle3")
        self.assertRefused(*self.command("--with", "eagle3", "--with", "more/eagle3"), saying=("another draft",))
        (self.folder / "source" / "eagle3").mkdir()
        (self.folder / "source" / "eagle3" / "notes.txt").write_text("mine")
        self.assertRefused(*self.command("--with", "eagle3"), saying=("rename",))
