"""`specialize --dry-run --files`: which files change, so that only those travel to where the others are already."""

import json

import fixtures
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import FocusCase, snapshot


class ChangingFiles(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE, shards=4)
        (self.folder / "source" / "README.md").write_text("A model.\n")
        (self.folder / "source" / "flax_model.msgpack").write_bytes(b"\x80")

    def listed(self, *options) -> dict[str, str]:
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run",
                             "--files", *options)
        self.assertDone(outcome)
        lines = [line.split("\t") for line in outcome.output.splitlines()]
        self.assertEqual(len(lines), len({name for _, name in lines}))
        return {name: change for change, name in lines}

    def test_what_is_listed_is_what_happens(self):
        for options in ((), ("--model-card",)):
            with self.subTest(options=options):
                listed = self.listed(*options)
                output = f"result{len(options)}"
                self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces",
                                           "--output", output, *options))
                before, after = (snapshot(self.folder / name) for name in ("source", output))
                for name in {*before, *after}:
                    if name not in after:
                        self.assertEqual(listed.pop(name), "removed", name)
                    elif name not in before:
                        self.assertEqual(listed.pop(name), "added", name)
                    elif before[name] != after[name]:
                        self.assertEqual(listed.pop(name), "changed", name)
                    else:
                        # What is written anew may end as it was.
                        self.assertIn(listed.pop(name), ("untouched", "changed"), name)
                self.assertEqual(listed, {})
                shards = [name for name in after if name.endswith(".safetensors") and before[name] == after[name]]
                self.assertGreater(len(shards), 0)
                for name in shards:
                    self.assertEqual(self.listed(*options)[name], "untouched")

    def test_as_json_and_what_cannot_be_listed(self):
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run",
                             "--files", "--json")
        self.assertDone(outcome)
        answer = json.loads(outcome.output)
        self.assertEqual({name: change for change, names in answer.items() for name in names}, self.listed())
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run",
                           "--files", "--to", "npz", saying=("--to", "--files"))
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--files", "--output", "x")
        self.assertEqual(outcome.code, 64)
