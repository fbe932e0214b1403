"""What is said of two tokenizers before it is too late, against the `tokenizers` package: how numbers are cut, tokens
that no text leads to, special texts that are cut, roles without a counterpart, rows that were never trained."""

import itertools
import json
import pathlib
import shutil

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

import fixtures
from tool import FIXTURES, FocusCase

NUMBERS = [str(number) for number in range(10_000)]
DIGITS = "0123456789"
# By the names of the schemes: a pattern before a byte-level model that has all numbers of up to three digits.
PATTERNS = {"single": r"\p{N}", "fromLeft": r"\p{N}{1,3}", "fromRight": r"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))"}


def byte_level(pattern: str | None, added: tuple[str, ...] = ()) -> Tokenizer:
    """A byte-level tokenizer with merges for all numbers of two and three digits."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pairs = ["".join(pair) for pair in itertools.product(DIGITS, repeat=2)]
    triples = ["".join(triple) for triple in itertools.product(DIGITS, repeat=3)]
    words = [*alphabet, *pairs, *triples]
    merges = [(pair[0], pair[1]) for pair in pairs]
    merges += [parts for triple in triples for parts in ((triple[:2], triple[2]), (triple[0], triple[1:]))]
    tokenizer = Tokenizer(models.BPE({word: index for index, word in enumerate(words)}, merges))
    steps = [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern is None)]
    if pattern:
        steps.insert(0, pre_tokenizers.Split(Regex(pattern), "isolated"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>", *added])
    return tokenizer


def cut(encoding) -> list[int]:
    """How many digits each token holds."""
    counts = [sum(character in DIGITS for character in token) for token in encoding.tokens]
    return [count for count in counts if count]


def cuts(tokenizer: Tokenizer) -> list[tuple[list[int], list[int]]]:
    spaced = ["x " + number for number in NUMBERS]
    found = [tokenizer.encode_batch(texts, add_special_tokens=False) for texts in (NUMBERS, spaced)]
    return [(cut(first), cut(second)) for first, second in zip(*found)]


def numbers_in(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


class TokenReport(FocusCase):
    def put(self, tokenizer, name: str, settings: dict | None = None) -> pathlib.Path:
        """A folder with a tokenizer: one of the fixtures by its name, or one that was just made."""
        folder = self.folder / name
        folder.mkdir()
        if isinstance(tokenizer, Tokenizer):
            tokenizer.save(str(folder / "tokenizer.json"))
        elif tokenizer.endswith(".json"):
            variant = fixtures.read_json(f"tokenizer-variants/{tokenizer}")["tokenizer"]
            (folder / "tokenizer.json").write_text(json.dumps(variant))
        else:
            fixtures.unpack_tokenizer(f"tokenizers/{tokenizer}", folder)
        if settings is not None:
            (folder / "tokenizer_config.json").write_text(json.dumps(settings))
        return folder

    def checkpoint(self, tokenizer, settings: dict | None = None, table: np.ndarray | None = None,
                   generation: dict | None = None, **config) -> Tokenizer:
        shutil.rmtree(self.folder / "source", True)
        self.put(tokenizer, "files", settings)
        loaded = fixtures.tokenizer(self.folder / "files")
        rows = max(loaded.get_vocab().values()) + 1
        if table is None:
            table = np.random.default_rng(1).standard_normal((rows, 8)).astype(np.float32)
        fixtures.write_checkpoint(
            self.folder / "source", {"model.embed_tokens.weight": table},
            {"architectures": ["ThingForCausalLM"], "vocab_size": rows, **config}, None, generation=generation)
        for path in (self.folder / "files").iterdir():
            path.rename(self.folder / "source" / path.name)
        (self.folder / "files").rmdir()
        return loaded

    def target(self, tokenizer, settings: dict | None = None) -> Tokenizer:
        shutil.rmtree(self.folder / "target", True)
        return fixtures.tokenizer(self.put(tokenizer, "target", settings))

    def dry_run(self, *options, json_too: bool = True):
        arguments = ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run", *options)
        outcome = self.focus(*arguments)
        self.assertDone(outcome)
        self.lines = outcome.output.splitlines()
        if not json_too:
            return None
        outcome = self.focus(*arguments, "--json")
        self.assertDone(outcome)
        preview = json.loads(outcome.output)
        for note in preview["tokens"]["notes"]:
            self.assertIn(note, preview["notes"])
        return preview["tokens"]

    def told(self, head: str) -> list[str]:
        return [line for line in self.lines if line.split()[:1] == [head]]

    # Numbers

    def test_numbers_are_cut_as_the_library_cuts_them(self):
        pairs = [("de-bpe30k", "de-wordpiece30k"), ("de-paper-xlmr-unigram-50k", "fr-unigram24k"),
                 ("fr-unigram24k", "de-bpe30k")]
        for names in pairs:
            with self.subTest(names=names):
                sides = [cuts(self.checkpoint(names[0])), cuts(self.target(names[1]))]
                digits = self.dry_run()["digits"]
                expected = [number for number in range(10_000) if sides[0][number] != sides[1][number]]
                self.assertEqual(digits["differing"], len(expected))
                self.assertAlmostEqual(digits["share"], len(expected) / 10_000)
                self.assertEqual(len(digits["examples"]), min(3, len(expected)))
                self.assertTrue(all(int(example["text"]) in expected for example in digits["examples"]))
                self.assertTrue(all("".join(example[side]) == example["text"] and not example["alike"]
                                    for example in digits["examples"] for side in ("source", "target")))
                for side, found in zip(("source", "target"), sides):
                    whole = [np.mean([len(found[number][0]) == 1 for number in range(low, high)])
                             for low, high in ((0, 10), (10, 100), (100, 1000), (1000, 10_000))]
                    np.testing.assert_allclose(digits[side]["whole"], whole)
                    self.assertEqual(digits[side]["scheme"], "irregular")

    def test_schemes_have_names(self):
        shown = {"single": ["1", "2", "3", "4"], "fromLeft": ["123", "4"], "fromRight": ["1", "234"]}
        sizes = {"single": 1, "fromLeft": 3, "fromRight": 3}
        for first, second in itertools.permutations(PATTERNS, 2):
            with self.subTest(source=first, target=second):
                source, target = (byte_level(PATTERNS[name]) for name in (first, second))
                sides = [cuts(self.checkpoint(source)), cuts(self.target(target))]
                digits = self.dry_run()["digits"]
                self.assertEqual([digits[side]["scheme"] for side in ("source", "target")], [first, second])
                self.assertEqual([digits[side]["size"] for side in ("source", "target")], [sizes[first], sizes[second]])
                self.assertEqual(digits["differing"], sum(one != other for one, other in zip(*sides)))
                self.assertEqual(digits["source"]["agreement"], 1)
                self.assertEqual(digits["source"]["space"], "separate")
                self.assertEqual(digits["examples"][0], {"text": "1234", "source": shown[first],
                                                         "target": shown[second], "alike": False})
                self.assertIn("arithmetic", self.told("digits")[0])

    def test_numbers_that_are_cut_alike_are_no_note(self):
        self.checkpoint(byte_level(PATTERNS["single"], ("<more>",)))
        self.target(byte_level(PATTERNS["single"]))
        tokens = self.dry_run()
        self.assertEqual(tokens["digits"]["differing"], 0)
        self.assertTrue(tokens["digits"]["alike"])
        self.assertEqual([note for note in tokens["notes"] if "numbers" in note], [])
        self.assertIn("cut alike", self.told("digits")[0])

    def test_other_texts_with_digits(self):
        self.checkpoint(byte_level(PATTERNS["fromLeft"]))
        self.target(byte_level(PATTERNS["single"]))
        others = {entry["text"]: entry for entry in self.dry_run()["digits"]["others"]}
        self.assertEqual(others["1234567"]["source"], ["123", "456", "7"])
        self.assertEqual(others["1234567"]["target"], list("1234567"))
        self.assertEqual(others["a1b2"],
                         {"text": "a1b2", "source": list("a1b2"), "target": list("a1b2"), "alike": True})
        self.assertFalse(others["3.14"]["alike"])
        self.assertFalse(others["1,000"]["alike"])

    def test_a_note_of_a_real_run(self):
        self.checkpoint(byte_level(PATTERNS["single"]))
        self.target(byte_level(PATTERNS["fromLeft"]))
        arguments = ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--no-measure", "--output")
        outcome = self.focus(*arguments, "out", "--report", "report.json")
        self.assertDone(outcome)
        notes = [line for line in outcome.errors.splitlines() if "arithmetic" in line]
        self.assertEqual(len(notes), 1, outcome.errors)
        self.assertTrue(notes[0].startswith("note: "))
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual(report["changes"]["tokens"]["digits"]["source"]["scheme"], "single")
        outcome = self.focus(*arguments, "other", "--quiet")
        self.assertDone(outcome)
        self.assertEqual(outcome.errors, "")

    def test_compare_says_it_too(self):
        self.checkpoint("de-bpe30k")
        self.target("de-wordpiece30k")
        (self.folder / "text.txt").write_bytes(fixtures.read("corpus/documents.txt"))
        arguments = ("compare", "source", "--tokenizer", "target", "--corpus", "text.txt")
        outcome = self.focus(*arguments)
        self.assertDone(outcome)
        self.assertEqual(len([line for line in outcome.output.splitlines() if line.startswith("digits: ")]), 1)
        outcome = self.focus(*arguments, "--json")
        self.assertDone(outcome)
        self.assertEqual(json.loads(outcome.output)["tokens"], self.dry_run())

    def test_a_source_that_cannot_cut_has_no_digits(self):
        self.checkpoint("de-bpe30k")
        self.target("de-wordpiece30k")
        tokens = self.dry_run("--method", "focus", "--match-like-reference")
        self.assertIsNone(tokens["digits"])
        self.assertIsNone(tokens["untrained"])
        self.assertEqual(self.told("digits"), [])

    # Tokens that no text leads to

    def texts_that_may_lead(self, tokenizer: Tokenizer) -> dict[int, list[str]]:
        """Texts for each ordinary token: its own in many places."""
        special = {id for id, token in tokenizer.get_added_tokens_decoder().items() if token.special}
        vocabulary = {id: token for token, id in tokenizer.get_vocab().items() if id not in special}
        texts = {}
        for id, token in vocabulary.items():
            own = tokenizer.decoder.decode([token]) if tokenizer.decoder else token
            own = own.removeprefix("##")
            if "\ufffd" in own or token.startswith("<0x"):
                continue
            texts[id] = [own, " " + own.lstrip(" "), "q" + own, "Qu" + own, "7" + own, "(" + own, own + "z", own + ")",
                         own + "\n", "\ue000" + own, "\u05d0" + own, "\u4e00" + own, "e" + own, "t" + own, "s" + own,
                         own + " x", "a " + own]
        return texts

    def check_reachability(self, source, target) -> set[int]:
        self.checkpoint(source)
        tokenizer = self.target(target)
        found = self.dry_run()["unreachable"]
        claimed = numbers_in(found["ids"])
        self.assertEqual(found["count"], len(claimed))
        self.assertAlmostEqual(found["share"], len(claimed) / found["tested"])
        self.assertEqual(len(found["examples"]), min(5, len(claimed)))
        reached: set[int] = set()
        texts = self.texts_that_may_lead(tokenizer)
        # What the tool calls unreached, no text may lead to: all of its places, and running text.
        for id in claimed & set(texts):
            for encoding in tokenizer.encode_batch(texts[id], add_special_tokens=False):
                reached |= set(encoding.ids)
        running = [json.loads(line)["text"] for line in
                   fixtures.read("golden/tokenization/e5-small.jsonl").splitlines()]
        for encoding in tokenizer.encode_batch(running, add_special_tokens=False):
            reached |= set(encoding.ids)
        self.assertEqual(claimed & reached, set(), [tokenizer.id_to_token(id) for id in claimed & reached])
        # And to all others one does.
        rest = {id: places for id, places in texts.items() if id not in claimed}
        for place in range(len(next(iter(texts.values())))):
            missing = [id for id in rest if id not in reached]
            for encoding in tokenizer.encode_batch([rest[id][place] for id in missing], add_special_tokens=False):
                reached |= set(encoding.ids)
        missing = [tokenizer.id_to_token(id) for id in rest if id not in reached]
        # A token that continues a word may need a letter of its own script before it.
        self.assertLess(len(missing), max(1, len(rest) // 100), missing[:20])
        return claimed

    def test_what_no_text_leads_to_by_brute_force(self):
        for name in ("de-bpe30k", "de-wordpiece30k", "de-paper-xlmr-unigram-50k", "fr-unigram24k"):
            with self.subTest(name=name):
                self.check_reachability("de-bpe30k", name)

    def test_what_no_text_leads_to_in_small_tokenizers(self):
        names = [path.name for path in sorted((FIXTURES / "tokenizer-variants").glob("*.json"))]
        for name in names:
            with self.subTest(name=name):
                self.check_reachability("de-bpe30k", name)

    def test_a_token_without_merges_is_unreached_for_certain(self):
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        words = [*alphabet, "ab", "cd", "abc", "zq", "\u0120a"]
        for ignores, expected in ((False, {"cd", "zq"}), (True, set())):
            tokenizer = Tokenizer(models.BPE({word: index for index, word in enumerate(words)},
                                             [("a", "b"), ("ab", "c"), ("\u0120", "a")], ignore_merges=ignores))
            tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            tokenizer.decoder = decoders.ByteLevel()
            claimed = self.check_reachability("de-bpe30k", tokenizer)
            self.assertEqual({words[id] for id in claimed}, expected)
            found = self.dry_run()["unreachable"]
            self.assertEqual(found["certain"], len(expected))
            self.assertEqual({example["token"] for example in found["examples"]}, expected)
            if expected:
                self.assertIn(["c", "d"], [example["pieces"] for example in found["examples"]])

    def test_normalizers_and_probabilities(self):
        words = [("<unk>", 0.0), ("\u2581", -3.0), ("a", -2.0), ("b", -2.0), ("A", -2.0), ("ab", -9.0), ("ba", -3.0)]
        tokenizer = Tokenizer(models.Unigram(words, unk_id=0))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        claimed = self.check_reachability("de-bpe30k", tokenizer)
        self.assertEqual({words[id][0] for id in claimed}, {"A", "ab"})
        # That pieces are more probable is certain; that no text keeps capitals is not.
        found = self.dry_run()["unreachable"]
        self.assertEqual({example["token"]: example["certain"] for example in found["examples"]},
                         {"ab": True, "A": False})

    def test_the_same_on_any_number_of_threads(self):
        self.checkpoint("de-bpe30k")
        self.target("de-paper-xlmr-unigram-50k")
        self.assertEqual(self.dry_run("--threads", 1), self.dry_run("--threads", 3))

    # Special texts

    TEMPLATE = ("{# <|comment|> #}{{ bos_token }}{% for m in messages %}{{ '<|im_start|>' + m.role }}\n{{ m.content }}"
                "{% if m.role == 'tool' and 1 < 2 %}[TOOL]{% endif %}<|im_end|>{% endfor %}<think>")

    def test_special_texts_that_are_cut(self):
        special = ("<|im_start|>", "<|im_end|>", "<|unused|>")
        source = self.checkpoint(byte_level(PATTERNS["single"], special), {"bos_token": "<s>", "eos_token": "</s>"},
                                 eos_token_id=byte_level(None, special).token_to_id("<|im_end|>"))
        self.assertEqual(source.encode("<|im_end|>").tokens, ["<|im_end|>"])
        (self.folder / "source" / "chat_template.jinja").write_text(self.TEMPLATE)
        target = self.target(byte_level(PATTERNS["single"], ("<|im_end|>",)), {"bos_token": "<s>", "eos_token": "</s>"})
        tokens = self.dry_run()
        found = {entry["text"]: entry for entry in tokens["specials"]}
        for text, entry in found.items():
            self.assertEqual(entry["target"], target.encode(text, add_special_tokens=False).tokens, text)
            self.assertEqual(entry["source"], source.encode(text, add_special_tokens=False).tokens, text)
        self.assertEqual(set(found), {"<|im_start|>", "<|im_end|>", "[TOOL]", "<think>", "<s>"})
        self.assertEqual([text for text, entry in found.items() if entry["lost"]], ["<|im_start|>"])
        self.assertEqual(found["<|im_end|>"]["uses"], ["config.json: eos_token_id", "chat template of the source"])
        self.assertEqual(tokens["templates"], {"source": 1, "target": 0, "result": "none"})
        note, = [note for note in tokens["notes"] if "several of the target" in note]
        self.assertIn("'<|im_start|>' (12 tokens)", note)
        self.assertTrue(any("'<|im_start|>': 1 token" in line for line in self.told("special")))
        # Nothing is said twice: how template texts are cut is another note.
        self.assertEqual([line for line in self.lines if "<|im_start|>" in line], self.told("special")[:1])

    def test_templates_of_the_target_come_along(self):
        self.checkpoint(byte_level(None), {"chat_template": "{{ messages }}"})
        template = [{"name": "default", "template": "[INST]{{ messages }}<<SYS>>"}, {"name": "tool", "template": "<t>"}]
        self.target(byte_level(None, ("[INST]",)), {"chat_template": template})
        tokens = self.dry_run()
        self.assertEqual(tokens["templates"], {"source": 1, "target": 2, "result": "target"})
        found = {entry["text"]: entry for entry in tokens["specials"]}
        self.assertEqual(set(found), {"[INST]", "<<SYS>>", "<t>"})
        self.assertEqual((len(found["[INST]"]["source"]), len(found["[INST]"]["target"])), (6, 1))
        self.assertEqual([entry for entry in found.values() if entry["lost"]], [])
        self.assertEqual(found["<t>"]["uses"], ["chat template of the target"])

    def test_tokens_of_the_generation_config(self):
        tokenizer = byte_level(None, ("<|eot|>",))
        self.checkpoint(tokenizer, {"eos_token": "</s>"},
                        generation={"eos_token_id": [tokenizer.token_to_id("<|eot|>")]})
        self.target(byte_level(None), {"eos_token": "</s>"})
        entry, = [entry for entry in self.dry_run()["specials"] if entry["text"] == "<|eot|>"]
        self.assertEqual(entry["uses"], ["generation_config.json: eos_token_id"])
        self.assertTrue(entry["lost"])

    def test_a_role_stands_in_for_another_text(self):
        self.checkpoint(byte_level(None, ("<|end|>",)), {"eos_token": "<|end|>"},
                        eos_token_id=byte_level(None, ("<|end|>",)).token_to_id("<|end|>"))
        self.target(byte_level(None), {"eos_token": "</s>"})
        entry, = [entry for entry in self.dry_run()["specials"] if entry["text"] == "<|end|>"]
        self.assertEqual((entry["counterpart"], entry["lost"]), ("</s>", False))

    # Roles

    def test_roles_without_a_counterpart(self):
        self.checkpoint(byte_level(None, ("<mask>", "<pad>")), {"mask_token": "<mask>", "pad_token": "<pad>",
                                                               "eos_token": "</s>"}, architectures=["ThingForMaskedLM"])
        self.target(byte_level(None, ("[CLS]",)), {"cls_token": "[CLS]", "sep_token": "</s>"})
        tokens = self.dry_run()
        roles = {(role["role"], role["missing"]): role["token"] for role in tokens["roles"]}
        self.assertEqual(roles[("mask", "target")], "<mask>")
        self.assertEqual(roles[("pad", "target")], "<pad>")
        # A separator stands in for an end.
        self.assertNotIn(("eos", "target"), roles)
        self.assertTrue(all(role["consequence"] for role in tokens["roles"]))
        self.assertEqual(len([note for note in tokens["notes"] if "mask" in note]), 1)

    # Rows

    def test_rows_that_were_never_trained(self):
        tokenizer = byte_level(None)
        rows = tokenizer.get_vocab_size()
        table = np.random.default_rng(2).standard_normal((rows, 32)).astype(np.float32)
        table[100:110] = table[100]
        table[200] = 0
        table[300:303] *= 0.001
        table[400] *= 50
        self.checkpoint(tokenizer, table=table)
        self.target(byte_level(None, ("<more>",)))
        untrained = self.dry_run()["untrained"]
        self.assertEqual(numbers_in(untrained["equal"]["ids"]), {*range(100, 110), 200})
        self.assertEqual(untrained["equal"]["count"], 11)
        self.assertEqual(untrained["largestGroup"], 10)
        self.assertEqual(numbers_in(untrained["nearZero"]["ids"]), {300, 301, 302})
        self.assertEqual(numbers_in(untrained["large"]["ids"]), {400})
        self.assertEqual(untrained["large"]["examples"], [tokenizer.id_to_token(400)])
        self.assertEqual(len(self.told("untrained")), 3)
