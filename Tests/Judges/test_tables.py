"""Tables with several numbers of rows, and the ids of images and sounds, in the constellations of published models."""

import json

import numpy as np
from safetensors.numpy import load_file, save_file

from test_checkpoint_files import SOURCE, TARGET, WIDTH, table, tokenizer
from tool import FocusCase

COUNT = len(SOURCE)
BODY = {"model.layers.0.mlp.up_proj.weight": table(40), "vision_tower.patch_embedding.weight": table(7, 90)}
LOST = -1


class Tables(FocusCase):
    def write(self, tensors: dict, config: dict, added=(), target=(), pieces=TARGET) -> None:
        self.tensors = tensors | BODY
        for name in ("source", "target"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "source" / "config.json").write_text(json.dumps(config))
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps(tokenizer(SOURCE, added)))
        (self.folder / "target" / "tokenizer.json").write_text(json.dumps(tokenizer(pieces, target)))
        save_file(self.tensors, self.folder / "source" / "model.safetensors")

    def specialised(self, *more, changed=()) -> tuple[dict, dict]:
        """Tensors and config.json of the result; what is not `changed` must have the same bits."""
        where = ["--in-place"] if "--in-place" in more else ["--output", "out"]
        self.outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", *where,
                                  *[word for word in more if word != "--in-place"])
        self.assertDone(self.outcome)
        folder = self.folder / ("source" if "--in-place" in more else "out")
        found = load_file(folder / "model.safetensors")
        self.assertEqual(list(sorted(found)), list(sorted(self.tensors)))
        for name in set(found) - set(changed):
            self.assertEqual(found[name].tobytes(), self.tensors[name].tobytes(), name)
        self.assertDone(self.focus("verify", folder))
        return found, json.loads((folder / "config.json").read_text())

    # Rows

    def test_an_id_one_past_the_rows(self):
        """Gemma-3-1b: `<image_soft_token>` is the first id that has no row."""
        name = "model.embed_tokens.weight"
        config = {"architectures": ["Gemma3ForCausalLM"], "model_type": "llama", "vocab_size": COUNT,
                  "hidden_size": WIDTH, "tie_word_embeddings": True}
        for target in (["<image_soft_token>"], []):
            self.write({name: table(COUNT)}, config, ["<image_soft_token>"], target)
            found, new = self.specialised("--overwrite", changed=[name])
            rows = len(TARGET) + len(target)
            self.assertEqual((found[name].shape, new["vocab_size"]), ((rows, WIDTH), rows))
            self.assertEqual(found[name][4, 0], SOURCE.index(TARGET[4]) + 0.5)
            told = [line for line in self.outcome.errors.splitlines() if "no row" in line]
            self.assertEqual(len(told), 1, told)
            self.assertIn(f"1 token of the source has no row: '<image_soft_token>' (id {COUNT})", told[0])
        self.write({name: table(COUNT)}, config, ["<image_soft_token>"], [])
        found, new = self.specialised("--in-place", changed=[name])
        self.assertEqual((len(found[name]), new["vocab_size"]), (len(TARGET), len(TARGET)))

    def test_a_table_of_eight_rows_more_than_the_head(self):
        """Llama 3.2 Vision: the image's token is read and never written."""
        names = ["language_model.model.embed_tokens.weight", "language_model.lm_head.weight"]
        config = {"architectures": ["MllamaForConditionalGeneration"], "model_type": "mllama",
                  "image_token_index": COUNT,
                  "text_config": {"model_type": "mllama_text_model", "hidden_size": WIDTH, "vocab_size": COUNT}}
        for target, extra, image in ((["<|image|>"], 0, len(TARGET)), ([], 0, LOST),
                                     (["<|image|>", "<more>"], 2, len(TARGET))):
            self.write({names[0]: table(COUNT + 8), names[1]: table(COUNT, 1000.5)}, config, ["<|image|>"], target)
            found, new = self.specialised("--overwrite", changed=names)
            rows = len(TARGET) + extra
            self.assertEqual([len(found[name]) for name in names], [rows + 8, rows])
            self.assertEqual(new["text_config"]["vocab_size"], rows)
            self.assertEqual(new["image_token_index"], image)
            if image != LOST:
                self.assertEqual(found[names[0]][image, 0], COUNT + 0.5)

    def test_inputs_to_every_layer_have_fewer_rows(self):
        """Gemma 3n: what is past them reads row 0 there, and its own tables of hard tokens begin at `vocab_offset`."""
        first, second = "model.language_model.embed_tokens.weight", "model.language_model.embed_tokens_per_layer.weight"
        hard = [f"model.embed_{part}.embedding.weight" for part in ("vision", "audio")]
        bos = ["<bos>", "<eos>"]  # which the class of the tokenizer would add at the end
        added = [*bos, "<boi>", "<boa>", "<eoi>", "<soft_image>", "<x>", "<y>", "<eoa>", "<soft_audio>"]
        vision, audio, rows = COUNT + 4, COUNT + 8, COUNT + 12
        config = {"architectures": ["Gemma3nForConditionalGeneration"], "model_type": "gemma3n",
                  "text_config": {"vocab_size": rows, "vocab_size_per_layer_input": vision, "hidden_size": WIDTH},
                  "vision_config": {"vocab_size": 4, "vocab_offset": vision, "hidden_size": 12},
                  "audio_config": {"vocab_size": 4, "vocab_offset": audio, "hidden_size": 12},
                  "boi_token_id": COUNT + 2, "boa_token_id": COUNT + 3, "eoi_token_id": vision,
                  "image_token_id": vision + 1, "eoa_token_id": audio, "audio_token_id": audio + 1,
                  "bos_token_id": 1, "eos_token_id": [2]}
        tensors = {first: table(rows), second: table(vision, 500.5, 2 * WIDTH), hard[0]: table(4, 7, 12),
                   hard[1]: table(4, 8, 12)}
        end = len(TARGET)
        images = ["<boi>", "<eoi>", "<soft_image>"]
        sounds = ["<boa>", "<eoa>", "<soft_audio>"]

        def result(target):
            self.write(tensors, config, added, target)
            found, new = self.specialised("--overwrite", changed=[first, second])
            self.assertEqual((len(found[first]), new["text_config"]["vocab_size"]), (end + len(target),) * 2)
            self.assertEqual((len(found[second]), new["text_config"]["vocab_size_per_layer_input"]),
                             (end + len(target),) * 2)
            ids = {token: end + place for place, token in enumerate(target)}
            for token, row in ids.items():
                if token not in added[2:]:
                    continue
                source = COUNT + added.index(token)
                self.assertEqual(found[first][row, 0], source + 0.5, token)
                self.assertEqual(found[second][row, 0], 500.5 + (source if source < vision else 0), token)
            keys = {"boi_token_id": "<boi>", "boa_token_id": "<boa>", "eoi_token_id": "<eoi>", "eoa_token_id": "<eoa>",
                    "image_token_id": "<soft_image>", "audio_token_id": "<soft_audio>"}
            for key, token in keys.items():
                self.assertEqual(new[key], ids.get(token, LOST), key)
            return ids, new["vision_config"], new["audio_config"]

        ids, image, sound = result(["<boi>", "<boa>", "<eoi>", "<soft_image>", "<eoa>", "<soft_audio>"])
        self.assertEqual((image["vocab_offset"], sound["vocab_offset"]), (ids["<eoi>"], ids["<eoa>"]))
        self.assertNotIn("loses", self.outcome.errors)
        self.assertEqual((image["vocab_size"], sound["vocab_size"]), (4, 4))

        ids, image, sound = result(images)
        self.assertEqual(image["vocab_offset"], ids["<eoi>"])
        self.assertGreaterEqual(sound["vocab_offset"], end + len(images))
        self.assertIn("loses sounds", self.outcome.errors)
        self.assertNotIn("loses images", self.outcome.errors)

        ids, image, sound = result(bos)
        self.assertGreaterEqual(image["vocab_offset"], end + len(bos))
        self.assertGreaterEqual(sound["vocab_offset"], image["vocab_offset"] + 4)

        # A text's token past the first of theirs would be read as one of theirs.
        ids, image, sound = result([*images, *sounds, "<later>"])
        self.assertGreaterEqual(image["vocab_offset"], end + 7)
        self.assertIn("must be the last ones", self.outcome.errors)

    # Ids

    def test_ids_of_images_sounds_and_videos_keep_their_meaning(self):
        added = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>", "<|AUDIO|>", "<boi>"]
        keys = ["vision_start_token_id", "vision_end_token_id", "image_token_id", "video_token_id", "audio_token_id",
                "boi_token_index"]
        name = "model.embed_tokens.weight"
        config = {"model_type": "qwen2_vl", "architectures": ["Qwen2VLForConditionalGeneration"],
                  "vision_config": {"hidden_size": 12}, "text_config": {"hidden_size": WIDTH, "vocab_size": COUNT + 14}}
        config |= {key: COUNT + place for place, key in enumerate(keys)}
        self.write({name: table(COUNT + 14)}, config, added, added[::-1])
        _, new = self.specialised(changed=[name])
        self.assertEqual([new[key] for key in keys], [len(TARGET) + 5 - place for place in range(6)])
        self.assertNotIn("loses", self.outcome.errors)
        # Without them it is said what is lost, with the tokens to add, before anything is computed.
        self.write({name: table(COUNT + 14)}, config, added, added[:2])
        dry = self.focus("specialize", "source", "--tokenizer", "target", "--dry-run", "--method", "pieces")
        self.assertDone(dry)
        for ability, tokens in (("images", ["<|image_pad|>", "<boi>"]), ("videos", ["<|video_pad|>"]),
                                ("sounds", ["<|AUDIO|>"])):
            told = [line for line in dry.output.splitlines() if f"loses {ability}" in line]
            self.assertEqual(len(told), 1, dry.output)
            for word in [*tokens, "add the token"]:
                self.assertIn(word, told[0])
        _, new = self.specialised("--overwrite", changed=[name])
        self.assertEqual([new[key] for key in keys], [len(TARGET), len(TARGET) + 1] + [LOST] * 4)
        lines = self.outcome.errors.splitlines()
        self.assertLess(lines.index(next(line for line in lines if line.startswith("focus: the model loses images"))),
                        lines.index(next(line for line in lines if "rows:" in line)))

    def test_a_size_that_config_json_leaves_to_the_class(self):
        """Gemma-3-4b's config.json states no `vocab_size`: the class has one, that of the old vocabulary."""
        name = "language_model.model.embed_tokens.weight"
        config = {"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"],
                  "text_config": {"hidden_size": WIDTH, "model_type": "gemma3_text"},
                  "vision_config": {"hidden_size": 12}, "image_token_index": COUNT}
        self.write({name: table(COUNT + 6)}, config, ["<image_soft_token>"], ["<image_soft_token>"])
        found, new = self.specialised(changed=[name])
        self.assertEqual(new["text_config"]["vocab_size"], len(found[name]))
        self.assertEqual(new["image_token_index"], len(TARGET))
        self.assertNotIn("vocab_size", new)
    def test_rows_have_their_numbers_in_other_formats_and_shards(self):
        """The same with a shard for each table, of which those without one are linked."""
        names = ["language_model.model.embed_tokens.weight", "language_model.lm_head.weight"]
        tensors = {names[0]: table(COUNT + 8), names[1]: table(COUNT, 1000.5)}
        config = {"model_type": "mllama", "image_token_index": COUNT, "text_config": {"vocab_size": COUNT,
                                                                                   "hidden_size": WIDTH}}
        self.write(tensors, config, ["<|image|>"], ["<|image|>"])
        source = self.folder / "source"
        (source / "model.safetensors").unlink()
        places = {}
        for place, name in enumerate(sorted(self.tensors)):
            file = f"model-{place + 1:05}-of-{len(self.tensors):05}.safetensors"
            save_file({name: self.tensors[name]}, source / file)
            places[name] = file
        (source / "model.safetensors.index.json").write_text(json.dumps(
            {"metadata": {"total_size": 1}, "weight_map": places}))
        self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output",
                                   "out", "--link"))
        found = {name: load_file(self.folder / "out" / file)[name] for name, file in places.items()}
        self.assertEqual([len(found[name]) for name in names], [len(TARGET) + 8, len(TARGET)])
        np.testing.assert_array_equal(found[names[0]][len(TARGET)], tensors[names[0]][COUNT])
        for name in BODY:
            self.assertEqual((self.folder / "out" / places[name]).stat().st_ino, (source / places[name]).stat().st_ino)
