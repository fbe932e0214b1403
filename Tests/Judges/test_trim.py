"""focus trim-tokenizer: fewer tokens, and the text is cut as before, as `tokenizers` sees it."""

import json
import random

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

import fixtures
from tool import FIXTURES, FocusCase, snapshot

KINDS = sorted(path.name.split(".")[0] for path in (FIXTURES / "tokenizer-variants").iterdir())


def ids_by_text(tokenizer: Tokenizer) -> dict[str, int]:
    return tokenizer.get_vocab(with_added_tokens=True)


class Trimming(FocusCase):
    def prepare(self, kind: str) -> tuple[Tokenizer, list[str]]:
        """Puts a tokenizer of that kind into `source`, and half of its texts, mixed with one another, into the text."""
        case = fixtures.read_json(f"tokenizer-variants/{kind}.json")
        (self.folder / "source").mkdir(exist_ok=True)
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps(case["tokenizer"]))
        texts = [entry["text"] for entry in case["cases"] if entry.get("ids") is not None][::2]
        draw = random.Random(kind)
        words = " ".join(texts).split()
        texts += [" ".join(draw.sample(words, min(len(words), 9))) for _ in range(150)]
        return self.source(), self.write(texts)

    def source(self, name: str = "source") -> Tokenizer:
        return Tokenizer.from_file(str(self.folder / name / "tokenizer.json"))

    def write(self, texts: list[str]) -> list[str]:
        (self.folder / "text.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        return texts

    def trim(self, *words, output: str = "out") -> dict:
        outcome = self.focus("trim-tokenizer", "source", "--corpus", "text.jsonl", "--output", output, "--json", *words)
        self.assertDone(outcome)
        return json.loads(outcome.output)

    def assertCutAlike(self, old: Tokenizer, new: Tokenizer, texts: list[str]) -> None:
        self.assertEqual(sorted(ids_by_text(new).values()), list(range(new.get_vocab_size())))
        renumbered = {old_id: ids_by_text(new).get(text) for text, old_id in ids_by_text(old).items()}
        for special in (False, True):
            before = old.encode_batch(texts, add_special_tokens=special)
            after = new.encode_batch(texts, add_special_tokens=special)
            for text, one, other in zip(texts, before, after):
                self.assertEqual(other.ids, [renumbered[number] for number in one.ids], text)
                self.assertEqual(new.decode(other.ids), old.decode(one.ids), text)

    def test_every_kind_of_model_cuts_the_text_as_before(self) -> None:
        smaller = 0
        for kind in KINDS:
            with self.subTest(kind):
                old, texts = self.prepare(kind)
                told = self.trim("--overwrite")
                new = self.source("out")
                self.assertCutAlike(old, new, texts)
                self.assertEqual(told["newTokens"], new.get_vocab_size())
                self.assertEqual(told["oldTokens"], old.get_vocab_size())
                self.assertEqual(sum(told["kept"].values()), told["newTokens"])
                smaller += told["newTokens"] < told["oldTokens"]
                for token in old.get_added_tokens_decoder().values():
                    self.assertIsNotNone(new.token_to_id(token.content), token.content)
        self.assertGreaterEqual(smaller, len(KINDS) - 2)

    def test_ids_keep_their_order(self) -> None:
        for kind in ("llama", "unigram-bytes", "bert-uncased", "byte-level-prefixed"):
            old, _ = self.prepare(kind)
            self.trim("--overwrite")
            new = ids_by_text(self.source("out"))
            kept = sorted(new, key=lambda text: new[text])
            self.assertEqual(kept, sorted(kept, key=lambda text: ids_by_text(old)[text]), kind)

    def test_more_tokens_are_the_most_useful_ones(self) -> None:
        for kind in KINDS:
            with self.subTest(kind):
                old, texts = self.prepare(kind)
                least = self.trim("--overwrite")
                before = set(ids_by_text(self.source("out")))
                wanted = (least["newTokens"] + least["oldTokens"]) // 2
                told = self.trim("--overwrite", "--keep", str(wanted))
                new = self.source("out")
                self.assertCutAlike(old, new, texts)
                self.assertLessEqual(new.get_vocab_size(), wanted)
                self.assertTrue(before <= set(ids_by_text(new)))
                if kind == "t5":
                    scores = dict(json.loads((self.folder / "source/tokenizer.json").read_text())["model"]["vocab"])
                    added = set(ids_by_text(new)) - before
                    self.assertEqual(told["kept"].get("filling", 0), len(added))
                    self.assertGreater(len(added), 0)
                    left = set(scores) - before - added
                    self.assertGreater(np.mean([scores[text] for text in added]),
                                       np.mean([scores[text] for text in left]))

    def test_characters_of_other_scripts(self) -> None:
        letters = ["\u0431", "\u0928", "\u0940", "\u6f22", "\u0967"]
        signs = ["!", "\u20ac", "\U0001f600", "\u0301", "z"]
        words = ["[UNK]", "ab", "a", "\u0434", "\u0967\u0968", "12", *letters, *signs]
        (self.folder / "source").mkdir()
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps({
            "version": "1.0", "pre_tokenizer": {"type": "WhitespaceSplit"},
            "model": {"type": "WordLevel", "unk_token": "[UNK]",
                      "vocab": {text: number for number, text in enumerate(words)}}}))
        old = self.source()
        # What the text uses stays, whatever its script; of 401 letters one is Cyrillic.
        texts = self.write(["ab a"] * 133 + ["a a \u0434"])
        told = self.trim()
        self.assertCutAlike(old, self.source("out"), texts)
        self.assertEqual(set(ids_by_text(self.source("out"))),
                         {"[UNK]", "ab", "a", "\u0434", "12", *signs})
        self.assertEqual(told["otherScripts"], len(letters) + 1)
        told = self.trim("--overwrite", "--characters", "all")
        self.assertEqual(set(ids_by_text(self.source("out"))), set(words))
        self.assertEqual(told["otherScripts"], 0)
        story = self.focus("trim-tokenizer", "source", "--corpus", "text.jsonl", "--dry-run").errors
        self.assertIn("6 single characters, numbers and punctuation of other scripts went (--characters all", story)
        self.write(["ab a"] * 32 + ["\u0434"])
        self.trim("--overwrite")
        self.assertIn("\u0431", ids_by_text(self.source("out")), "a script of 1 % of the letters")

    def test_unknown_words_stay_unknown(self) -> None:
        vocabulary = ["[UNK]", "ab", "abc", "##cd", "xy", "a"]
        (self.folder / "source").mkdir()
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps({
            "version": "1.0", "pre_tokenizer": {"type": "Whitespace"},
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": 100,
                      "vocab": {text: number for number, text in enumerate(vocabulary)}}}))
        old = self.source()
        texts = self.write(["abcd abcdabcd", "ab", "abcd xy" + "z" * 200, "ab ##cd"])
        self.assertIn(0, old.encode(texts[0]).ids)
        self.trim()
        self.assertCutAlike(old, self.source("out"), texts)
        self.assertIn("abc", ids_by_text(self.source("out")))

    def test_the_unknown_weighs_what_it_weighed(self) -> None:
        # Without the least probable piece an unknown character would cost less than "é" as two.
        pieces = [["<unk>", 0], ["\u2581", -2], ["a", -3], ["never", -30], ["ab", -20.5], ["\u2581a", -4]]
        (self.folder / "source").mkdir()
        (self.folder / "source" / "tokenizer.json").write_text(json.dumps({
            "version": "1.0", "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581"},
            "decoder": {"type": "Metaspace", "replacement": "\u2581"},
            "model": {"type": "Unigram", "unk_id": 0, "vocab": pieces}}))
        old = self.source()
        texts = self.write(["ab aab abb", "a"])
        told = self.trim()
        self.assertCutAlike(old, self.source("out"), texts)
        self.assertEqual(told["kept"]["leastProbable"], 1)

    def test_files_beside_follow(self) -> None:
        _, texts = self.prepare("bert-uncased")
        source = self.folder / "source"
        (source / "chat_template.jinja").write_text("{{ 'zebra' }}")
        (source / "vocab.txt").write_text("[UNK]\n")
        old = self.source()
        listed = {str(number): {"content": token.content, "special": token.special, "lstrip": token.lstrip,
                                "rstrip": token.rstrip, "normalized": token.normalized,
                                "single_word": token.single_word}
                  for number, token in old.get_added_tokens_decoder().items()}
        mask = next(token.content for token in old.get_added_tokens_decoder().values())
        (source / "tokenizer_config.json").write_text(json.dumps(
            {"added_tokens_decoder": listed, "unk_token": "[UNK]", "tokenizer_class": "BertTokenizer",
             "pad_token_id": ids_by_text(old)[mask]}))
        (source / "special_tokens_map.json").write_text('{"unk_token": "[UNK]"}')
        named = next(number for text, number in sorted(ids_by_text(old).items()) if len(text) > 4 and text.isalpha())
        (source / "config.json").write_text(json.dumps({"model_type": "bert", "decoder_start_token_id": named}))
        told = self.trim()
        new = self.source("out")
        self.assertCutAlike(old, new, texts)
        config = json.loads((self.folder / "out/tokenizer_config.json").read_text())
        self.assertEqual({int(number): entry["content"] for number, entry in config["added_tokens_decoder"].items()},
                         {number: token.content for number, token in new.get_added_tokens_decoder().items()})
        self.assertEqual(config["pad_token_id"], ids_by_text(new)[mask])
        self.assertIsNotNone(new.token_to_id(old.id_to_token(named)), "a token that config.json names")
        for number in old.encode("zebra", add_special_tokens=False).ids:
            self.assertIsNotNone(new.token_to_id(old.id_to_token(number)), "a token of the chat template")
        self.assertEqual(told["leftOut"], ["vocab.txt"])
        self.assertEqual(sorted(path.name for path in (self.folder / "out").iterdir()),
                         ["chat_template.jinja", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"])

    def test_the_same_bytes_on_any_number_of_threads(self) -> None:
        for kind in ("llama", "t5", "bert-uncased"):
            self.prepare(kind)
            self.trim("--overwrite", "--threads", "1", "--keep", "380", output="one")
            self.trim("--overwrite", "--threads", "4", "--keep", "380", output="four")
            self.assertEqual(snapshot(self.folder / "one"), snapshot(self.folder / "four"), kind)

    def test_every_row_is_copied(self) -> None:
        old, texts = self.prepare("bert-uncased")
        rows = old.get_vocab_size()
        table = np.random.default_rng(1).standard_normal((rows, 8), dtype=np.float32)
        table[5:9] = 0  # rows that were never trained are the model's, too
        source = self.folder / "source"
        save_file({"embeddings.word_embeddings.weight": table, "encoder.weight": table[:8]},
                  source / "model.safetensors", {"format": "pt"})
        (source / "config.json").write_text(json.dumps(
            {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 8, "vocab_size": rows}))
        self.trim()
        new = self.source("out")
        for words in ([], ["--method", "focus"], ["--method", "focus+pieces"]):
            outcome = self.typed("specialize", "source", "--tokenizer", "out", "--output", "small", "--overwrite",
                                 *words)
            self.assertDone(outcome)
            written = load_file(self.folder / "small/model.safetensors")["embeddings.word_embeddings.weight"]
            self.assertEqual(written.shape, (new.get_vocab_size(), 8))
            for text, number in ids_by_text(new).items():
                np.testing.assert_array_equal(written[number], table[ids_by_text(old)[text]], text)
        # Where one token is new, the method still needs its text.
        json_file = self.folder / "out/tokenizer.json"
        changed = json.loads(json_file.read_text())
        changed["model"]["vocab"]["neuestes"] = new.get_vocab_size()
        json_file.write_text(json.dumps(changed))
        outcome = self.typed("specialize", "source", "--tokenizer", "out", "--output", "more", "--method", "focus")
        self.assertEqual(outcome.code, 64, outcome.errors)

    def test_nothing_is_written_for_a_dry_run(self) -> None:
        self.prepare("llama")
        before = snapshot(self.folder)
        outcome = self.focus("trim-tokenizer", "source", "--corpus", "text.jsonl", "--dry-run")
        self.assertDone(outcome)
        self.assertIn("used by the text", outcome.errors)
        self.assertEqual(snapshot(self.folder), before)

    def test_what_is_refused(self) -> None:
        self.prepare("bert-uncased")
        trim = ("trim-tokenizer", "source", "--corpus", "text.jsonl")
        for words in (("--output", "out", "--keep", "0"), (), ("--output", "out", "--keep", "x")):
            self.assertEqual(self.focus(*trim, *words).code, 64, words)
        self.assertEqual(self.focus("trim-tokenizer", "source", "--output", "out").code, 64)
        self.assertRefused(*trim, "--output", "out", "--keep", "20", saying=("20 tokens", "are needed"))
        self.assertRefused(*trim, "--output", "source", "--overwrite", saying=("source", "another name"))
        (self.folder / "model").mkdir()
        (self.folder / "model" / "model.safetensors").write_bytes(b"weights")
        self.assertRefused(*trim, "--output", "model", saying=("model", "--overwrite"))
        self.assertRefused(*trim, "--output", "model", "--overwrite", saying=("model.safetensors", "lost"))
        (self.folder / "blank.txt").write_text("\n\n")
        self.assertRefused("trim-tokenizer", "source", "--corpus", "blank.txt", "--output", "out",
                           saying=("blank.txt", "no text"))
        self.assertFalse((self.folder / "out").exists())
        (self.folder / "other.txt").write_text("\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440\n")
        dry = self.focus("trim-tokenizer", "source", "--corpus", "other.txt", "--dry-run")
        self.assertIn("2 tokens of 1 document; 100.0 % of them unknown", dry.errors)
        self.assertRefused("trim-tokenizer", "nowhere", "--corpus", "text.jsonl", "--output", "out",
                           saying=("nowhere",))
        (self.folder / "broken").mkdir()
        (self.folder / "broken" / "tokenizer.json").write_text('{"model": {"type": "BPE"')
        self.assertRefused("trim-tokenizer", "broken", "--corpus", "text.jsonl", "--output", "out", saying=("broken",))
        (self.folder / "list").mkdir()
        (self.folder / "list" / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]\nalso\n")
        self.assertRefused("trim-tokenizer", "list", "--corpus", "text.jsonl", "--output", "out",
                           saying=("tokenizer.json", "save_pretrained"))
