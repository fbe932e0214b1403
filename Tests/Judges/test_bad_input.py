"""What cannot work is refused with one sentence and exit code 1, and nothing is left behind."""

import gzip
import json
import os
import subprocess

import numpy as np
from safetensors.numpy import save_file

import fasttext_model
import fixtures
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import FocusCase

POINTER = ("version https://git-lfs.github.com/spec/v1\n"
           "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 470045904\n")
SENTENCES = ("Das Haus ist alt und die Straße ist neu.", "Wir sehen die Stadt und das Wasser.",
             "Es ist nicht weit bis zu den Bergen.")


class BadInput(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.source = fixtures.write_checkpoint(
            self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        self.target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        self.corpus = self.folder / "corpus.txt"
        self.corpus.write_text("\n".join(SENTENCES * 200) + "\n")

    def assertSpecialiseRefused(self, *saying: str, inputs: tuple = (), output: str = "result"):
        inputs = inputs or ("--auxiliary", self.auxiliary)
        return self.assertRefused("specialize", "source", "--tokenizer", "target", *inputs, "--output", output,
                                  "--report", "report.json", "--save-plan", "plan", saying=saying)

    def change_tokenizer(self, change) -> None:
        path = self.target / "tokenizer.json"
        contents = json.loads(path.read_text())
        change(contents)
        path.write_text(json.dumps(contents, ensure_ascii=False))

    def test_good_input_is_not_refused(self):
        """Without this, the refusals below could have any reason."""
        for number, inputs in enumerate((("--auxiliary", self.auxiliary),
                                         ("--corpus", self.corpus, "--dimension", "8"))):
            self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", *inputs, "--output",
                                       f"result{number}"))

    # Tokenizers

    def test_unknown_normalizer(self):
        self.change_tokenizer(lambda t: t.update(normalizer={"type": "Frobnicate"}))
        self.assertSpecialiseRefused("Frobnicate", "tokenizer.json")

    def test_unknown_pre_tokenizer_in_a_sequence(self):
        self.change_tokenizer(lambda t: t.update(
            pre_tokenizer={"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Wordsmith"}]}))
        self.assertSpecialiseRefused("Wordsmith")

    def test_unknown_model(self):
        self.change_tokenizer(lambda t: t["model"].update(type="Megagram"))
        self.assertSpecialiseRefused("Megagram")

    def test_tokenizer_without_a_model(self):
        self.change_tokenizer(lambda t: t.pop("model"))
        self.assertSpecialiseRefused("model")

    def test_tokenizer_that_is_not_json(self):
        (self.target / "tokenizer.json").write_bytes(fixtures.read(f"{TARGET}/tokenizer.json")[:5000])
        self.assertSpecialiseRefused("tokenizer.json")

    def test_tokenizer_that_is_not_there(self):
        self.assertRefused("specialize", "source", "--tokenizer", "nowhere", "--auxiliary", self.auxiliary, "--output",
                           "result",
                           saying=("nowhere",))

    def test_tokenizer_that_is_a_pointer(self):
        (self.target / "tokenizer.json").write_text(POINTER)
        self.assertSpecialiseRefused("tokenizer.json", "Git LFS", "git lfs pull")

    def test_tokenizer_that_is_a_pipe(self):
        """In a folder nobody may be at its other end; one that is named is meant."""
        path = self.target / "tokenizer.json"
        contents = path.read_bytes()
        plain = self.folder / "plain.json"
        plain.write_bytes(contents)
        path.unlink()
        os.mkfifo(path)
        self.assertSpecialiseRefused("tokenizer.json", "pipe")
        expected = self.focus("tokenize", "--tokenizer", plain, self.corpus)
        self.assertDone(expected)
        with subprocess.Popen(["cat", plain], stdout=subprocess.PIPE) as cat:
            pipe = cat.stdout.fileno()
            outcome = self.focus("tokenize", "--tokenizer", f"/dev/fd/{pipe}", self.corpus, pass_fds=(pipe,))
            cat.stdout.close()
        self.assertEqual((outcome.code, outcome.output), (0, expected.output), outcome.errors)

    # Corpora

    def assertCorpusRefused(self, *saying: str, extra: tuple = ()):
        self.assertSpecialiseRefused(*saying, inputs=("--corpus", self.corpus, "--dimension", "8", *extra))

    def test_corpus_that_is_not_utf8(self):
        lines = [line.encode() for line in SENTENCES * 200]
        lines[2] = b"Ein gutes \xe4 fehlt"
        self.corpus.write_bytes(b"\n".join(lines) + b"\n")
        self.assertCorpusRefused("corpus.txt", "UTF-8", "line 3", "byte")

    def test_empty_corpus(self):
        self.corpus.write_bytes(b"")
        self.assertCorpusRefused("corpus.txt", "empty")

    def test_corpus_of_empty_lines(self):
        self.corpus.write_bytes(b"\n \n\n")
        self.assertCorpusRefused()

    def test_corpus_with_too_few_repeats(self):
        self.corpus.write_text("Haus\n")
        self.assertCorpusRefused("2 times")

    def test_corpus_that_is_not_there(self):
        self.corpus.unlink()
        self.assertCorpusRefused("corpus.txt")

    def test_corpus_of_json_lines_without_text(self):
        self.corpus = self.corpus.rename(self.folder / "corpus.jsonl")
        self.corpus.write_text('{"text": "Ein Haus."}\n{"title": "Ein Haus."}\n')
        self.assertCorpusRefused("corpus.jsonl", "line 2", "text")

    def test_compressed_corpus_cut_short(self):
        data = gzip.compress(("\n".join(SENTENCES * 2000) + "\n").encode())
        self.corpus = self.folder / "corpus.txt.gz"
        self.corpus.write_bytes(data[:len(data) // 2])
        self.assertCorpusRefused("corpus.txt.gz")

    # Auxiliary vectors

    def test_fasttext_model_cut_short(self):
        tokens = self.folder / "tokens.txt"
        tokenizer = fixtures.tokenizer(self.target)
        tokens.write_text("\n".join(" ".join(tokenizer.encode(line).tokens) for line in SENTENCES * 50) + "\n")
        model = fasttext_model.train(tokens, self.folder / "model.bin", dim=8, minCount=1, bucket=1000, epoch=1)
        data = model.read_bytes()
        for length in (0, 3, 8, 60, 100, 300, len(data) // 2, len(data) - 1):
            with self.subTest(length=length):
                model.write_bytes(data[:length])
                self.assertSpecialiseRefused("model.bin", inputs=("--auxiliary", model))

    def test_text_vectors_cut_short(self):
        path = self.folder / "model.vec"
        path.write_text("3 2\n▁und 0.1 0.2\n▁die 0.3\n")
        self.assertSpecialiseRefused("model.vec", inputs=("--auxiliary", path))

    def test_more_vectors_than_tokens(self):
        tokens = self.auxiliary.with_suffix(".txt")
        tokens.write_text("\n".join(tokens.read_text().splitlines()[:-3]) + "\n")
        self.assertSpecialiseRefused("aux-target-unigram")

    def test_auxiliary_that_is_a_pointer(self):
        path = self.folder / "model.bin"
        path.write_text(POINTER)
        self.assertSpecialiseRefused("Git LFS", inputs=("--auxiliary", path))

    def test_vectors_that_leave_no_anchor(self):
        np.save(self.auxiliary, np.ones((1, 4), np.float32))
        self.auxiliary.with_suffix(".txt").write_text('"no such token"\n')
        self.assertSpecialiseRefused("anchor")

    # Checkpoints

    def replace_tensors(self, tensors: dict) -> None:
        save_file(tensors, self.source / "model.safetensors", metadata={"format": "pt"})

    def test_tokenizer_with_more_ids_than_rows(self):
        self.replace_tensors({name: tensor[:300] if len(tensor) == ROWS else tensor for name,
                              tensor in causal_model().items()})
        (self.source / "config.json").write_text('{"model_type": "llama", "vocab_size": 300}')
        self.assertSpecialiseRefused("300", "400")

    def test_checkpoint_without_an_embedding(self):
        self.replace_tensors({"model.norm.weight": np.ones(24, np.float32)})
        self.assertSpecialiseRefused("embedding")

    def test_checkpoint_that_is_not_there(self):
        self.assertRefused("specialize", "nowhere", "--tokenizer", "target", "--auxiliary", self.auxiliary, "--output",
                           "result",
                           saying=("nowhere",))

    def test_checkpoint_without_tensors(self):
        (self.source / "model.safetensors").unlink()
        self.assertSpecialiseRefused("source")

    def test_checkpoint_that_is_a_pointer(self):
        (self.source / "model.safetensors").write_text(POINTER)
        self.assertSpecialiseRefused("model.safetensors", "Git LFS", "git lfs pull")

    def test_checkpoint_cut_short(self):
        path = self.source / "model.safetensors"
        data = path.read_bytes()
        for length in (0, 7, 8, 100, len(data) - 1):
            with self.subTest(length=length):
                path.write_bytes(data[:length])
                self.assertSpecialiseRefused("model.safetensors")

    def test_shard_that_is_missing(self):
        fixtures.write_checkpoint(self.folder / "sharded", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE, 3)
        (self.folder / "sharded" / "model-00002-of-00003.safetensors").unlink()
        self.assertRefused("specialize", "sharded", "--tokenizer", "target", "--auxiliary", self.auxiliary, "--output",
                           "result",
                           saying=("model-00002-of-00003.safetensors",))

    def test_config_that_is_not_json(self):
        (self.source / "config.json").write_text('{"vocab_size": ')
        self.assertSpecialiseRefused("config.json")

    # Destinations

    def test_output_that_exists(self):
        (self.folder / "result").mkdir()
        (self.folder / "result" / "mine.txt").write_text("mine")
        self.assertSpecialiseRefused("result", "--overwrite")

    def test_output_below_a_file(self):
        self.assertSpecialiseRefused("corpus.txt", output="corpus.txt/result")

    def test_output_that_is_the_source(self):
        self.assertSpecialiseRefused("source", output="source")

    # Other commands

    def test_inspect_of_nothing(self):
        self.assertRefused("inspect", "nowhere", saying=("nowhere",))

    def test_tokenize_of_text_that_is_not_utf8(self):
        (self.folder / "text.txt").write_bytes(b"gut\n\xff\n")
        self.assertRefused("tokenize", "--tokenizer", "target", "text.txt", saying=("line 2",))

    def test_plan_that_is_none(self):
        (self.folder / "plan").write_bytes(b"\0" * 100)
        self.assertRefused("explain", "plan", "▁und", saying=("plan",))

    def test_plan_cut_short(self):
        self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--auxiliary", self.auxiliary,
                                   "--output", "result", "--save-plan", "plan"))
        data = (self.folder / "plan").read_bytes()
        for length in (1, 20, len(data) // 2, len(data) - 1):
            with self.subTest(length=length):
                (self.folder / "plan").write_bytes(data[:length])
                self.assertRefused("explain", "plan", "▁und", saying=("plan",))

    def test_wrong_arguments_are_64(self):
        for arguments in (("specialize",), ("specialize", "source", "--no-such-option"), ("transmogrify",)):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.focus(*arguments).code, 64)
