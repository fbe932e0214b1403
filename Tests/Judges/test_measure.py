"""Bits per byte and fidelity against the same figures from logits and states, on tiny models.

That logits and states are right is judged by test_states. Here they are turned into figures as eval_bits.py does:
the start token before each line and not counted, the softmax over all rows of the head.
"""

import json
import pathlib
import shutil

import numpy
import safetensors.numpy

from tool import FIXTURES, FocusCase, snapshot

WORDS = 37
LINES = [[5, 9, 31, 7, 12], [8], [], [33, 36, 3, 3, 22, 17, 28, 11, 10, 9, 4], [14, 15, 16]]


class MeasureTest(FocusCase):
    def tokenizer(self, folder: pathlib.Path, words: list[str]) -> pathlib.Path:
        """A tokenizer of whole words, those in brackets being special: [pad], [bos], [eos]."""
        folder.mkdir(exist_ok=True)
        special = [{"id": place, "content": word, "single_word": False, "lstrip": False, "rstrip": False,
                    "normalized": False, "special": True} for place, word in enumerate(words) if word[0] == "["]
        (folder / "tokenizer.json").write_text(json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": {word: place for place, word in enumerate(words)},
                      "unk_token": "[pad]"}}))
        (folder / "tokenizer_config.json").write_text(json.dumps({
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "[bos]", "eos_token": "[eos]",
            "pad_token": "[pad]"}))
        return folder

    def model(self, name: str, folder: str = "model", **settings) -> pathlib.Path:
        """A tiny model with a tokenizer whose words are w3, w4, ..."""
        target = self.folder / folder
        shutil.copytree(FIXTURES / "models" / name, target)
        config = json.loads((target / "config.json").read_text()) | settings
        (target / "config.json").write_text(json.dumps(config))
        special = {config.get("pad_token_id", 0): "[pad]", config.get("bos_token_id", 1): "[bos]"}
        special[next(place for place in range(3) if place not in special)] = "[eos]"
        self.tokenizer(target, [special.get(word, f"w{word}") for word in range(WORDS)])
        return target

    def corpus(self) -> pathlib.Path:
        """Lines of usual length, of old words and of some that only another tokenizer has."""
        random = numpy.random.default_rng(1)
        path = self.folder / "corpus.txt"
        path.write_text("".join(" ".join(f"w{word}" for word in random.integers(3, WORDS + 6, 20)) + "\n"
                                for _ in range(300)))
        return path

    def other_tokenizer(self) -> pathlib.Path:
        """Some of the words in another order, and new ones."""
        words = [f"w{word}" for word in range(WORDS + 5, 8, -1)]
        return self.tokenizer(self.folder / "tokenizer", ["[bos]", words[0], "[eos]", *words[1:], "[pad]"])

    def text(self, lines=LINES) -> tuple[pathlib.Path, int]:
        """A file of lines of words, and the bytes without line ends."""
        texts = [" ".join(f"w{word}" for word in line) for line in lines]
        path = self.folder / "text.txt"
        path.write_text("".join(line + "\n" for line in texts))
        return path, sum(map(len, texts))

    def states(self, model: pathlib.Path, lines: list[list[int]], *options) -> list[dict[str, numpy.ndarray]]:
        """Logits and states of each line that has ids."""
        ids = self.base / "ids.txt"
        ids.write_text("".join(" ".join(map(str, line)) + "\n" for line in lines))
        output = self.base / "states.safetensors"
        self.assertDone(self.focus("states", model, "--ids", ids, "--output", output, "--overwrite", *options))
        tensors = safetensors.numpy.load_file(output)
        offsets = tensors.pop("offsets")
        return [{name: values[first:end] for name, values in tensors.items()}
                for first, end in zip(offsets, offsets[1:])]

    def measured(self, *arguments) -> dict:
        outcome = self.focus("measure", *arguments, "--json")
        self.assertDone(outcome)
        return json.loads(outcome.output)

    def expected_bits(self, model: pathlib.Path, lines: list[list[int]], byte_count: int) -> float:
        start = json.loads((model / "config.json").read_text())["bos_token_id"]
        total = 0.0
        for line, found in zip(lines, self.states(model, [[start, *line] for line in lines], "--logits")):
            logits = found["logits"].astype(numpy.float64)
            norms = numpy.log(numpy.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
            total += sum(norms[place] - logits[place, word] for place, word in enumerate(line))
        return total / numpy.log(2) / byte_count

    def test_bits_per_byte_are_those_of_the_logits(self):
        text, size = self.text()
        for name in ("llama-tied", "llama", "gemma2", "gemma3", "granite", "gpt2", "qwen3"):
            with self.subTest(name):
                model = self.model(name, name, bos_token_id=1)
                answer = self.measured(model, text)
                self.assertEqual((answer["measure"], answer["lines"], answer["bytes"]),
                                 ("bits per byte", len(LINES), size))
                self.assertAlmostEqual(answer["values"][0], self.expected_bits(model, LINES, size), delta=2e-5)

    def test_lines_are_left_out_and_counted(self):
        text, _ = self.text()
        model = self.model("llama", bos_token_id=1)
        answer = self.measured(model, text, "--skip", 3, "--lines", 1)
        size = len(" ".join(f"w{word}" for word in LINES[3]))
        self.assertEqual((answer["lines"], answer["bytes"]), (1, size))
        self.assertAlmostEqual(answer["values"][0], self.expected_bits(model, LINES[3:4], size), delta=2e-5)

    def test_the_original_is_measured_beside(self):
        text, size = self.text()
        model, other = self.model("llama", bos_token_id=1), self.model("gemma3", "other", bos_token_id=1)
        answer = self.measured(model, text, "--original", other)
        self.assertAlmostEqual(answer["original"], self.expected_bits(other, LINES, size), delta=2e-5)

    def test_fidelity_is_the_mean_cosine_of_mean_states(self):
        lines = [line for line in LINES if line]
        text, _ = self.text(lines)
        model, other = self.model("xlm-roberta"), self.model("bert", "other")
        answer = self.measured(model, text, "--original", other)
        vectors = [[found["final"].astype(numpy.float64).mean(0) for found in self.states(path, lines)]
                   for path in (model, other)]
        cosines = [a @ b / numpy.linalg.norm(a) / numpy.linalg.norm(b) for a, b in zip(*vectors)]
        self.assertEqual(answer["measure"], "fidelity")
        self.assertAlmostEqual(answer["values"][0], numpy.mean(cosines), delta=1e-5)
        self.assertAlmostEqual(self.measured(model, text, "--original", model)["values"][0], 1, delta=1e-9)

    def test_any_number_of_threads_gives_the_same_answer(self):
        text, _ = self.text()
        model = self.model("gemma3", bos_token_id=1)
        answers = {json.dumps(self.measured(model, text, "--threads", threads)) for threads in (1, 2, 5)}
        self.assertEqual(len(answers), 1)

    def test_the_report_has_the_figure_of_what_was_written(self):
        corpus, tokenizer = self.corpus(), self.other_tokenizer()
        for name in ("llama-tied", "llama", "xlm-roberta"):
            with self.subTest(name):
                model, output = self.model(name, name), self.folder / f"{name}-new"
                options = ("specialize", model, "--tokenizer", tokenizer, "--corpus", corpus, "--method", "pieces")
                self.assertDone(self.focus(*options, "--output", output, "--report", "report.json"))
                found = json.loads((self.folder / "report.json").read_text())["measured"]
                # Those that the report is about: evenly chosen.
                lines = corpus.read_text().splitlines()
                count = found["lines"]
                chosen = [lines[(2 * place + 1) * len(lines) // (2 * count)] for place in range(count)]
                (self.folder / "chosen.txt").write_text("".join(line + "\n" for line in chosen))
                answer = self.measured(output, self.folder / "chosen.txt", "--original", model)
                self.assertAlmostEqual(found["written"], answer["values"][0], delta=1e-6)
                self.assertAlmostEqual(found["original"], answer["original"], delta=1e-6)
                self.assertEqual((found["measure"], found["bytes"]), (answer["measure"], answer["bytes"]))
                self.assertDone(self.focus(*options, "--output", f"{output}-2", "--report", "report.json",
                                           "--no-measure"))
                self.assertIsNone(json.loads((self.folder / "report.json").read_text())["measured"])

    def cut_bits(self, model: pathlib.Path, corpus: pathlib.Path) -> float:
        """Bits per byte of a model on what the other tokenizer cuts: words that it lacks are its unknown token, and new
        ones have no pieces."""
        lines = [[int(word[1:]) for word in line.split()] for line in corpus.read_text().splitlines()]
        ids = [[word if word > 8 else 0 for word in line if word < WORDS] for line in lines]
        return self.expected_bits(model, ids, sum(map(len, corpus.read_text().splitlines())))

    def test_compare_measures_what_specialize_would_write(self):
        corpus, tokenizer = self.corpus(), self.other_tokenizer()
        for name, best in (("llama-tied", min), ("xlm-roberta", max)):
            with self.subTest(name):
                model, output = self.model(name, name), self.folder / f"{name}-new"
                options = (model, "--tokenizer", tokenizer, "--corpus", corpus)
                outcome = self.focus("compare", *options, "--measure", "300", "--json")
                self.assertDone(outcome)
                answer = json.loads(outcome.output)
                measured = {entry["method"]["name"]: entry["measured"] for entry in answer["methods"]}
                self.assertEqual(measured[answer["recommended"]["method"]], best(measured.values()))
                self.assertDone(self.focus("specialize", *options, "--method", "focus", "--output", output))
                expected = self.measured(output, corpus, "--original", model, "--lines", 300)
                self.assertAlmostEqual(measured["focus"], expected["values"][0], delta=1e-6)
                self.assertEqual(answer["measured"]["lines"], 300)
                if best is min:
                    self.assertAlmostEqual(answer["measured"]["cutReference"], self.cut_bits(model, corpus), delta=2e-5)
                else:
                    self.assertLess(answer["measured"]["cutReference"], 1)

    def test_what_is_chosen_where_the_model_has_too_little_to_learn_from(self):
        corpus, tokenizer = self.corpus(), self.other_tokenizer()
        for name, wanted in (("llama-tied", "focus+uniform-pieces"), ("xlm-roberta", "focus+pieces")):
            with self.subTest(name):
                model = self.model(name, name)
                options = ("specialize", model, "--tokenizer", tokenizer, "--corpus", corpus, "--report", "report.json")
                self.assertDone(self.focus(*options, "--method", "auto", "--output", f"{name}-auto"))
                method = json.loads((self.folder / "report.json").read_text())["method"]
                self.assertEqual(method["name"], wanted)
                self.assertIn("at least 16 are needed", method["chosenBecause"])
                self.assertDone(self.focus(*options, "--method", wanted, "--output", f"{name}-asked"))
                self.assertEqual(snapshot(self.folder / f"{name}-auto"), snapshot(self.folder / f"{name}-asked"))

    def test_what_cannot_be_measured_is_refused(self):
        text, _ = self.text()
        encoder, decoder = self.model("bert", "encoder"), self.model("llama", "decoder", bos_token_id=1)
        self.assertRefused("measure", encoder, text, saying=("--original",))
        self.assertRefused("measure", encoder, text, "--original", decoder, saying=("compared",))
        self.assertRefused("measure", decoder, text, "--skip", 9, saying=("9", "text.txt"))
        self.assertRefused("measure", decoder, self.folder / "none.txt", saying=("none.txt",))
        long = self.folder / "long.txt"
        long.write_text("w5 " * 100 + "\n")
        self.assertRefused("measure", decoder, long, saying=("101", "64"))
        self.assertRefused("measure", self.model("llama", "other", model_type="mystery"), text, saying=("mystery",))
        self.assertEqual(self.focus("measure", decoder, text, "--lines", 0).code, 64)
