"""What is said to people who bring the wrong thing, or would not see what they lose."""

import json
import shutil

import numpy as np
from safetensors.numpy import save_file

from test_ids import NEW, OLD, WIDTH, write_json, write_tokenizer
from tool import FocusCase

ENDING = {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
                                                   {"SpecialToken": {"id": "<stop>", "type_id": 0}}],
          "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
          "special_tokens": {"<stop>": {"id": "<stop>", "ids": [0], "tokens": ["<stop>"]}}}


class Messages(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        source = self.folder / "source"
        write_tokenizer(source, OLD)
        write_tokenizer(self.folder / "target", NEW)
        table = np.arange(len(OLD), dtype=np.float32)[:, None] + np.zeros((1, WIDTH), np.float32)
        save_file({"layer.embed.weight": table}, source / "model.safetensors",
                  metadata={"author": "someone", "note": "x" * 300})
        write_json(source / "config.json", {"architectures": ["ThingForCausalLM"], "vocab_size": len(OLD),
                                            "max_position_embeddings": 600})

    def notes(self, target: str = "target") -> str:
        outcome = self.focus("specialize", "source", "--tokenizer", target, "--method", "pieces", "--dry-run")
        self.assertDone(outcome)
        return outcome.output

    def test_names_on_the_hub_and_addresses(self) -> None:
        for name in ("someone/some-model-2.5", "https://huggingface.co/someone/some-model-2.5/tree/main",
                     "hf://someone/some-model-2.5"):
            self.assertRefused("inspect", name, saying=("never the network", "hf download someone/some-model-2.5"))
        self.assertRefused("specialize", "source", "--tokenizer", "some-german-cased", "--method", "pieces",
                           "--output", "out", saying=("hf download some-german-cased",))
        self.assertNotIn("hf download", self.focus("inspect", "model.safetensors").errors)

    def test_folder_of_the_hub_cache(self) -> None:
        (self.folder / "models--a--b" / "refs").mkdir(parents=True)
        shutil.copytree(self.folder / "source", self.folder / "models--a--b" / "snapshots" / "0123")
        self.assertRefused("verify", "models--a--b", saying=("snapshots/0123",))

    def test_whose_tokenizer_is_missing(self) -> None:
        (self.folder / "source" / "tokenizer.json").rename(self.folder / "aside.json")
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", "out",
                           saying=("source", "--source-tokenizer"))
        (self.folder / "empty").mkdir()
        self.assertRefused("specialize", "source", "--source-tokenizer", "aside.json", "--tokenizer", "empty",
                           "--method", "pieces", "--output", "out", saying=("target", "--tokenizer"))

    def test_tables_that_are_no_text(self) -> None:
        (self.folder / "a.parquet").write_bytes(b"PAR1\x15\x04\x15\xe0" + bytes(60))
        (self.folder / "b.arrow").write_bytes(b"ARROW1\0\0\xff\xff\xff\xff" + bytes(60))
        (self.folder / "c.csv").write_text("id,text\n1,river\n")
        (self.folder / "d.tsv").write_text("id\ttext\n1\triver\n")
        for name, words in (("a.parquet", ("parquet", "jsonl")), ("b.arrow", ("arrow", "jsonl")),
                            ("c.csv", ("columns", "jsonl")), ("d.tsv", ("columns",))):
            outcome = self.assertRefused("tokenize", "--tokenizer", "target", name, saying=(name, *words))
            self.assertNotIn("iconv", outcome.errors)

    def test_field_of_json_lines(self) -> None:
        (self.folder / "a.jsonl").write_text('{"id": 1, "content": "river stone"}\n')
        self.assertRefused("tokenize", "--tokenizer", "target", "a.jsonl", saying=('"content"', "--text-field"))
        outcome = self.focus("tokenize", "--tokenizer", "target", "--text-field", "content", "a.jsonl")
        self.assertEqual(outcome.output, f"{NEW.index('river')} {NEW.index('stone')}\n")

    def test_tokenizer_that_does_not_go_with_the_model(self) -> None:
        self.assertNotIn("ends a text", self.notes())
        write_tokenizer(self.folder / "ending", NEW, post_processor=ENDING)
        settings = json.loads((self.folder / "ending" / "tokenizer_config.json").read_text())
        write_json(self.folder / "ending" / "tokenizer_config.json", settings | {"model_max_length": 128})
        notes = self.notes("ending")
        self.assertIn("ends a text with '<stop>'", notes)
        self.assertIn("128", notes)
        self.assertIn("600", notes)

    def test_chat_template_that_goes(self) -> None:
        (self.folder / "source" / "chat_template.jinja").write_text("{{ messages }}")
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", "out")
        self.assertDone(outcome)
        self.assertIn("left behind: chat_template.jinja", outcome.errors)
        self.assertIn("note: the chat template", outcome.errors)

    def test_rows_that_are_random_numbers(self) -> None:
        write_tokenizer(self.folder / "far", [*NEW[:4], *(f"strange{number}" for number in range(20))])
        self.assertIn("are drawn at random", self.notes("far"))

    def test_wrong_arguments_are_errors_like_others(self) -> None:
        for arguments in (("inspect",), ("convert", "source", "out", "--shard-size", "5"),
                          ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--in-place",
                           "--output", "x")):
            outcome = self.focus(*arguments)
            self.assertEqual(outcome.code, 64)
            self.assertTrue(outcome.errors.startswith("focus: error: "), outcome.errors)
        self.assertIn("one of them", outcome.errors)
        self.assertEqual(self.focus("--help").code, 0)

    def test_inspecting(self) -> None:
        outcome = self.focus("inspect", "source", "--filter", "embed")
        self.assertEqual(outcome.code, 0)
        self.assertIn("*embed*", outcome.errors)
        self.assertRefused("inspect", "source", "--rows", "embed", "0:1", saying=("layer.embed.weight",))
        short = self.focus("inspect", "source").output
        self.assertIn("metadata author: someone", short)
        self.assertNotIn("x" * 200, short)
        self.assertIn("x" * 300, self.focus("inspect", "source", "--metadata").output)
        self.assertIn("1 tensor,", short)
