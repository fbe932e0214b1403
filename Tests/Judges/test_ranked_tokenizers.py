"""Tokenizers that list byte strings by rank: Mistral's tekken.json and the files of tiktoken, judged by tiktoken."""

import base64
import json
import random

import numpy as np
import tiktoken

import fixtures
from tool import FocusCase

# Patterns as the programs that own the files have them.
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
GPT4 = (r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"""
        r"""|\s+(?!\S)|\s""")
GPT4O = "|".join((
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + CONTRACTIONS + "?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + CONTRACTIONS + "?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"))
LLAMA3 = (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN = LLAMA3.replace("{1,3}", "")
TEKKEN = (GPT4O.replace(CONTRACTIONS + "?", "").replace("{1,3}", ""))

TEXTS = ["Das Haus ist alt, und die Straße ist neu.", "I'll say they'VE gone; it's 1234567 o'clock, isn't it?",
         "  def f(x):\treturn  x   ", "日本語のテキスト и русский текст", "naïve cafés\u0301 Ünïcödé ÜBERGROSS",
         "aaaaaaaaaaaaaaa",
         "🙂 👩‍👩‍👧 ©®", "http://example.org/a/b?c=d&e=f", "x" * 3000, "...!!!???///", "", " ", "١٢٣٤٥ ½ Ⅷ"]


def ranks(count: int, hole: int | None = None) -> dict[bytes, int]:
    """Tokens of bytes in another order, then of pairs of others: of letters and spaces more often than of the rest."""
    draw = random.Random(count)
    order = list(range(256))
    draw.shuffle(order)
    tokens = [bytes([byte]) for byte in order]
    usual = [bytes([byte]) for text in TEXTS for byte in text.encode()][:4000]
    known = set(tokens)
    while len(tokens) < count:
        left, right = (draw.choice(usual if draw.random() < 0.7 else tokens) for _ in range(2))
        if len(left + right) <= 12 and left + right not in known:
            known.add(left + right)
            tokens.append(left + right)
            usual.append(left + right)
    ids = [rank for rank in range(count + 1) if rank != hole] if hole else range(count)
    return dict(zip(tokens, ids))


class RankedTokenizers(FocusCase):
    def assertSameIDs(self, path: str, judge: tiktoken.Encoding, first: int = 0) -> None:
        lines = TEXTS + [" ".join(random.Random(seed).sample(" ".join(TEXTS[:8]).split(), 12)) for seed in range(200)]
        (self.folder / "texts.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in lines))
        outcome = self.focus("tokenize", "--tokenizer", path, "texts.jsonl")
        self.assertDone(outcome)
        for line, ids in zip(lines, outcome.output.split("\n")):
            self.assertEqual([int(word) - first for word in ids.split()], judge.encode_ordinary(line), line)

    def write_tiktoken(self, name: str, tokens: dict[bytes, int]) -> None:
        lines = [f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in tokens.items()]
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(lines))

    def write_tekken(self, name: str = "mistral/tekken.json", count: int = 3000, **changes) -> dict[bytes, int]:
        tokens = ranks(count)
        vocab = [{"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
                 for token, rank in tokens.items()]
        config = {"pattern": TEKKEN, "num_vocab_tokens": count, "default_vocab_size": 2100,
                  "default_num_special_tokens": 100, "version": "v3", **changes}
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"config": config, "vocab": vocab}))
        return {token: rank for token, rank in tokens.items() if rank < 2000}

    def test_tekken(self):
        judge = tiktoken.Encoding("tekken", pat_str=TEKKEN, mergeable_ranks=self.write_tekken(), special_tokens={})
        self.assertSameIDs("mistral", judge, first=100)
        self.assertSameIDs("mistral/tekken.json", judge, first=100)
        (self.folder / "line.txt").write_text("[INST]<SPECIAL_99>a<SPECIAL_100>\n")
        ids = self.focus("tokenize", "--tokenizer", "mistral", "--special", "line.txt").output.split()
        self.assertEqual(ids[:3], ["1", "3", "99"])
        self.assertEqual([int(i) - 100 for i in ids[3:]], judge.encode_ordinary("a<SPECIAL_100>"))

    def test_tokens_that_tekken_lists(self):
        self.write_tekken()
        path = self.folder / "mistral/tekken.json"
        file = json.loads(path.read_text())
        file["special_tokens"] = [{"rank": 1, "token_str": "<s>", "is_control": True},
                                  {"rank": 0, "token_str": "<unk>", "is_control": True},
                                  {"rank": 7, "token_str": "[THINK]", "is_control": False}]
        path.write_text(json.dumps(file))
        (self.folder / "line.txt").write_text("[THINK]<SPECIAL_2>\n")
        ids = self.focus("tokenize", "--tokenizer", "mistral", "--special", "line.txt").output.split()
        self.assertEqual(ids, ["1", "7", "2"])

    def test_files_of_tiktoken_that_are_known(self):
        for name, pattern, count, hole in (
            ("gpt2.tiktoken", GPT2, 50256, None), ("p50k_base.tiktoken", GPT2, 50280, 50256),
            ("cl100k_base.tiktoken", GPT4, 100256, None), ("qwen.tiktoken", QWEN, 151643, None),
            ("llama/tokenizer.model", LLAMA3, 128000, None), ("o200k_base.tiktoken", GPT4O, 199998, None),
        ):
            with self.subTest(name):
                tokens = ranks(count, hole)
                self.write_tiktoken(name, tokens)
                judge = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=tokens, special_tokens={})
                self.assertSameIDs(name.split("/")[0], judge)

    def test_special_tokens_follow_the_text(self):
        self.write_tiktoken("llama/tokenizer.model", ranks(128000))
        (self.folder / "line.txt").write_text("<|eot_id|><|reserved_special_token_247|><|start_header_id|>\n")
        ids = self.focus("tokenize", "--tokenizer", "llama", "--special", "line.txt").output.split()
        self.assertEqual(ids, ["128000", "128009", "128255", "128006"])

    def test_what_is_damaged_or_not_known_is_refused(self):
        self.write_tiktoken("kimi.tiktoken", ranks(400))
        (self.folder / "line.txt").write_text("a\n")
        job = ("tokenize", "line.txt", "--tokenizer")
        self.assertRefused(*job, "kimi.tiktoken", saying=("kimi.tiktoken", "400 tokens", "tokenizer.json"))
        text = (self.folder / "kimi.tiktoken").read_text()
        (self.folder / "kimi.tiktoken").write_text(text[:-4])
        self.assertRefused(*job, "kimi.tiktoken", saying=("line 400",))
        for changes, words in (
            ({"default_vocab_size": 50}, ("100 of 50",)), ({"default_vocab_size": 4000}, ("3000 of the 3900",)),
            ({"default_vocab_size": 2 ** 60}, ("possible",)), ({"default_num_special_tokens": -1}, ("at least 0",)),
            ({"default_vocab_size": 200}, ("no token for the byte",)), ({"pattern": "("}, ("pattern",)),
        ):
            with self.subTest(changes):
                self.write_tekken(**changes)
                self.assertRefused(*job, "mistral", saying=("tekken.json", *words))

    def test_rows_follow_a_tekken_target(self):
        """Tokens of the same bytes are the same token, however both files spell them."""
        kept = self.write_tekken()
        source = fixtures.unpack_tokenizer("golden/tokenizers/source", self.base / "old")
        old = fixtures.tokenizer(source)
        rows = old.get_vocab_size()
        table = np.random.default_rng(1).normal(size=(rows, 8)).astype(np.float32)
        fixtures.write_checkpoint(self.folder / "source", {"model.embed_tokens.weight": table},
                                  {"model_type": "llama", "vocab_size": rows}, "golden/tokenizers/source")
        outcome = self.focus("specialize", "source", "--tokenizer", "mistral", "--method", "pieces", "--output", "new")
        self.assertDone(outcome)
        new = fixtures.read_checkpoint(self.folder / "new")["model.embed_tokens.weight"]
        self.assertEqual(new.shape, (2100, 8))
        words = {text: i for text, i in old.get_vocab().items()}
        letters = [(token, rank) for token, rank in kept.items() if token.isalpha() and token.decode("ascii", "ignore")]
        copied = [(rank, words[token.decode()]) for token, rank in letters if token.decode() in words]
        self.assertGreater(len(copied), 10)
        for rank, row in copied:
            np.testing.assert_array_equal(new[100 + rank], table[row])
        self.assertTrue((self.folder / "new/tekken.json").exists())
        self.assertEqual(json.loads((self.folder / "new/config.json").read_text())["vocab_size"], 2100)
        self.assertEqual(self.focus("verify", "new").code, 0)
