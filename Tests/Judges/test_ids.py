"""Token ids wherever a checkpoint's folder holds them: modules, other JSON files, chat templates with names,
padding."""

import json
import pathlib

import numpy as np
from safetensors.numpy import load_file, save_file

from tool import FocusCase

WIDTH = 5
OLD = ["<none>", "<go>", "<stop>", "<odd>", "river", "stone", "cloud", "<yes>", "<no>", "[ASK] "]
NEW = ["<stop>", "<go>", "<none>", "<odd>", "stone", "leaf", "river", "<no>", "bird", "<yes>"]
ROLES = {"pad_token": "<none>", "bos_token": "<go>", "eos_token": "<stop>", "unk_token": "<odd>"}


def write_tokenizer(folder: pathlib.Path, words: list[str], **more) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    marks = [{"id": index, "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
              "special": word.startswith("<")} for index, word in enumerate(words) if word[0] in "<["]
    plain = {word: index for index, word in enumerate(words)}
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": marks, "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": plain, "unk_token": "<odd>"}, **more}))
    (folder / "tokenizer_config.json").write_text(json.dumps(ROLES | {"tokenizer_class": "PreTrainedTokenizerFast"}))


def write_json(path: pathlib.Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


class Ids(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        source = self.folder / "source"
        write_tokenizer(source, OLD)
        write_tokenizer(self.folder / "target", NEW)
        table = np.arange(len(OLD), dtype=np.float32)[:, None] + np.zeros((1, WIDTH), np.float32)
        save_file({"embed.weight": table, "dense.weight": np.ones((7, WIDTH), np.float32)},
                  source / "model.safetensors")
        write_json(source / "config.json", {"model_type": "thing", "vocab_size": len(OLD), "hidden_size": WIDTH,
                                            "eos_token_id": 2})

    def specialise(self, *options, target: str = "target"):
        outcome = self.focus("specialize", "source", "--tokenizer", target, "--method", "pieces", *options)
        self.assertEqual(outcome.code, 0, outcome.errors)
        return outcome

    def read(self, *parts: str):
        return json.loads(self.folder.joinpath("out", *parts).read_text())

    def test_rows_follow_the_ids(self) -> None:
        self.specialise("--output", "out")
        rows = load_file(self.folder / "out" / "model.safetensors")["embed.weight"][:, 0]
        for word in set(OLD) & set(NEW):
            self.assertEqual(rows[NEW.index(word)], OLD.index(word), word)

    def test_ids_in_files_of_modules(self) -> None:
        write_json(self.folder / "source" / "2_Judge" / "deep" / "config.json",
                   {"yes_token_id": 7, "no_token_id": [8, 4], "width": 4})
        write_json(self.folder / "source" / "span_config.json",
                   {"span_token_index": 8, "vocab_size": len(OLD), "encoder": {"pad_token_id": 0}})
        write_json(self.folder / "source" / "processor_config.json", {"boundary_id": 5, "image_size": 5})
        outcome = self.specialise("--output", "out")
        self.assertEqual(self.read("2_Judge", "deep", "config.json"),
                         {"yes_token_id": 9, "no_token_id": [7, 6], "width": 4})
        self.assertEqual(self.read("span_config.json"), {"span_token_index": 7, "vocab_size": len(NEW),
                                                         "encoder": {"pad_token_id": 2}})
        self.assertEqual(self.read("processor_config.json"), {"boundary_id": 4, "image_size": 5})
        self.assertEqual(outcome.code, 0)

    def test_a_token_that_is_named_on_purpose_stays_the_one(self) -> None:
        # Chat models end with another token than their tokenizer's; what plays another role is an error of old.
        ids = {"eos_token_id": OLD.index("<yes>"), "bos_token_id": OLD.index("<go>"), "pad_token_id": 2}
        write_json(self.folder / "source" / "config.json", {"model_type": "thing", "vocab_size": len(OLD),
                                                            "hidden_size": WIDTH, **ids})
        write_json(self.folder / "source" / "generation_config.json", ids | {"decoder_start_token_id": 6})
        self.specialise("--output", "out")
        wanted = {"eos_token_id": NEW.index("<yes>"), "bos_token_id": NEW.index("<go>"),
                  "pad_token_id": NEW.index("<none>")}
        config, generation = self.read("config.json"), self.read("generation_config.json")
        self.assertEqual({key: config[key] for key in wanted}, wanted)
        self.assertEqual(generation, wanted | {"decoder_start_token_id": None})

    def test_ids_of_text_in_a_part_with_a_vocabulary_of_its_own(self) -> None:
        talker = {"vocab_size": 3, "bos_token_id": 1, "tts_text_start_token_id": 1, "image_token_index": 8,
                  "audio_token_index": 2, "tts_codec_start_token_id": 1, "decoder_start_token_id": 6}
        write_json(self.folder / "source" / "config.json", {
            "model_type": "thing", "vocab_size": len(OLD), "hidden_size": WIDTH, "eos_token_id": 2,
            "thinker_config": {"vocab_size": len(OLD), "audio_token_index": 2},
            "talker_config": talker, "vocabulary_map": {"<yes>": 7, "river": 4, "cloud": 6}})
        self.specialise("--output", "out")
        config = self.read("config.json")
        self.assertEqual(config["talker_config"], talker | {
            "tts_text_start_token_id": NEW.index("<go>"), "image_token_index": NEW.index("<no>"),
            "audio_token_index": NEW.index("<stop>"), "decoder_start_token_id": -1})
        self.assertEqual(config["vocabulary_map"], {"<yes>": NEW.index("<yes>"), "river": NEW.index("river")})

    def test_every_change_is_in_the_dry_run(self) -> None:
        write_json(self.folder / "source" / "2_Judge" / "config.json", {"yes_token_id": 7})
        outcome = self.specialise("--dry-run")
        self.assertIn("2_Judge/config.json: yes_token_id: 7 → 9", outcome.output)

    def test_files_without_ids_stay_byte_for_byte(self) -> None:
        text = '{"pooling_mode":   "mean", "layer_id": 4,\n"width":5}'
        (self.folder / "source" / "1_Pool").mkdir()
        (self.folder / "source" / "1_Pool" / "config.json").write_text(text)
        self.specialise("--output", "out")
        self.assertEqual((self.folder / "out" / "1_Pool" / "config.json").read_text(), text)

    def test_in_place_too(self) -> None:
        write_json(self.folder / "source" / "2_Judge" / "config.json", {"yes_token_id": 7})
        self.specialise("--in-place")
        self.assertEqual(json.loads((self.folder / "source" / "2_Judge" / "config.json").read_text()),
                         {"yes_token_id": 9})

    def test_markers_that_the_target_lacks_are_named(self) -> None:
        write_json(self.folder / "source" / "config_sentence_transformers.json",
                   {"query_prefix": "[ASK] ", "document_prefix": "text: "})
        (self.folder / "source" / "artifact.metadata").write_text(json.dumps({"doc_token_id": "[ASK]", "dim": 5}))
        outcome = self.specialise("--dry-run")
        notes = [line for line in outcome.output.splitlines() if "[ASK]" in line]
        self.assertEqual(len(notes), 2, outcome.output)
        self.assertIn("config_sentence_transformers.json: query_prefix", "".join(notes))
        self.assertIn("artifact.metadata: doc_token_id", "".join(notes))

    def test_named_chat_templates_belong_to_the_tokenizer(self) -> None:
        for folder, name in (("source", "summary"), ("target", "plan")):
            (self.folder / folder / "additional_chat_templates").mkdir()
            (self.folder / folder / "additional_chat_templates" / f"{name}.jinja").write_text(folder)
        self.specialise("--output", "out")
        names = [path.name for path in (self.folder / "out" / "additional_chat_templates").iterdir()]
        self.assertEqual(names, ["plan.jinja"])

    def test_padding_with_the_id_of_another_token(self) -> None:
        padding = {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_type_id": 0,
                   "pad_token": "<none>"}
        for name, number in (("wrong", 6), ("right", NEW.index("<none>"))):
            write_tokenizer(self.folder / name, NEW, padding=padding | {"pad_id": number})
            notes = self.specialise("--dry-run", target=name).output
            self.assertEqual("padding gives '<none>' the id 6" in notes, name == "wrong", notes)
