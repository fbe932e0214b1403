"""GGUF's vocabulary of folders that have a SentencePiece model, a tekken.json or a file of tiktoken, and no
tokenizer.json: what sentencepiece and tiktoken make of the same files, by way of GGUF and back."""

import gzip
import json
import pathlib
import shutil
import struct

import gguf
import numpy as np
import tiktoken
import tokenizers

import fixtures
import test_ranked_tokenizers as ranked
from tool import BINARY, FIXTURES, FocusCase

PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
TEXTS = ["Das Haus ist alt, und die Straße ist neu.", "I'll say they'VE gone; it's 1234567 o'clock, isn't it?",
         "  def f(x):\treturn  x   ", "日本語のテキスト и русский текст", "naïve Ünïcödé", "aaaaaaaaaaaaaaa", "🙂 👩‍👩‍👧 ©®",
         "http://example.org/a/b?c=d&e=f", "...!!!???///", "a\n\n b\r\n"]


def fields(message: bytes):
    """The fields of a message of protobuf: number and value."""
    place = 0

    def varint() -> int:
        nonlocal place
        number = shift = 0
        while True:
            byte = message[place]
            place += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while place < len(message):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
            continue
        size = {1: 8, 5: 4}.get(tag & 7) or varint()
        yield tag >> 3, message[place:place + size]
        place += size


def pieces(model: bytes) -> list[tuple[str, float, int]]:
    """Text, score and kind of each piece of a SentencePiece model."""
    found = []
    for number, value in fields(model):
        if number == 1:
            piece = dict(fields(value))
            score = struct.unpack("<f", piece.get(2, b"\0\0\0\0"))[0]
            found.append((piece.get(1, b"").decode(), score, piece.get(3, 1)))
    return found


class Vocabularies(FocusCase):
    write_tekken = ranked.RankedTokenizers.write_tekken
    write_tiktoken = ranked.RankedTokenizers.write_tiktoken

    def model(self, rows: int, **config) -> pathlib.Path:
        """A model of one layer whose table has `rows` rows."""
        random = np.random.default_rng(3)
        shapes = {"self_attn.q_proj": (32, 32), "self_attn.k_proj": (32, 32), "self_attn.v_proj": (32, 32),
                  "self_attn.o_proj": (32, 32), "mlp.gate_proj": (16, 32), "mlp.up_proj": (16, 32),
                  "mlp.down_proj": (32, 16), "input_layernorm": (32,), "post_attention_layernorm": (32,)}
        tensors = {f"model.layers.0.{name}.weight": random.normal(size=shape).astype("f4")
                   for name, shape in shapes.items()}
        tensors |= {"model.embed_tokens.weight": random.normal(size=(rows, 32)).astype("f4"),
                    "model.norm.weight": np.ones(32, "f4")}
        settings = {"model_type": "llama", "vocab_size": rows, "hidden_size": 32, "intermediate_size": 16,
                    "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-5,
                    "max_position_embeddings": 64, "tie_word_embeddings": True, **config}
        shutil.rmtree(self.folder / "model", ignore_errors=True)
        fixtures.write_checkpoint(self.folder / "model", tensors, settings, None)
        return self.folder / "model"

    def convert(self, *arguments):
        return self.focus("convert", *arguments, "--plugin", PLUGIN, "--overwrite")

    def to_file(self) -> gguf.GGUFReader:
        self.assertDone(self.convert("model", "model.gguf", "--layout", "gguf"))
        return gguf.GGUFReader(self.folder / "model.gguf")

    def and_back(self) -> tokenizers.Tokenizer:
        self.assertDone(self.convert("model.gguf", "back", "--layout", "huggingface"))
        return tokenizers.Tokenizer.from_file(str(self.folder / "back" / "tokenizer.json"))

    @staticmethod
    def value(reader: gguf.GGUFReader, name: str):
        field = reader.fields.get(f"tokenizer.ggml.{name}")
        return None if field is None else field.contents()

    def test_pieces_are_those_of_the_model(self):
        for name, model, prefix in (("bpe-bytes", "llama", True), ("bpe-unprefixed", "llama", False),
                                    ("unigram", "t5", True)):
            with self.subTest(name):
                place = FIXTURES / "sentencepiece" / f"{name}.model"
                data = place.read_bytes() if place.exists() else gzip.decompress(
                    place.with_suffix(".model.gz").read_bytes())
                wanted = pieces(data)
                self.assertGreater(len(wanted), 200)
                (self.model(len(wanted) + 3) / "tokenizer.model").write_bytes(data)
                found = self.to_file()
                kinds = [kind for _, _, kind in wanted] + [5] * 3
                texts = [text.replace("▁", " ") if kind == 4 else text for text, _, kind in wanted]
                self.assertEqual(self.value(found, "model"), model)
                self.assertEqual(self.value(found, "tokens"), texts + [f"[PAD{len(wanted) + i}]" for i in range(3)])
                self.assertEqual(self.value(found, "token_type"), kinds)
                self.assertEqual(self.value(found, "scores")[:len(wanted)], [score for _, score, _ in wanted])
                self.assertEqual([self.value(found, f"{role}_token_id") for role in ("unknown", "bos", "eos")],
                                 [0, 1, 2])
                self.assertEqual(self.value(found, "add_space_prefix"), prefix)
                self.assertEqual(self.value(found, "add_bos_token"), model == "llama")

    def test_texts_are_cut_as_sentencepiece_cuts_them(self):
        data = (FIXTURES / "sentencepiece" / "bpe-bytes.model").read_bytes()
        (self.model(len(pieces(data))) / "tokenizer.model").write_bytes(data)
        self.to_file()
        tokenizer = self.and_back()
        for case in fixtures.read_json("sentencepiece/bpe-bytes.json")["cases"]:
            if case["text"]:
                self.assertEqual(tokenizer.encode(case["text"], add_special_tokens=False).ids, case["ids"],
                                 case["text"])

    def test_tokens_beside_the_model(self):
        data = (FIXTURES / "sentencepiece" / "bpe-bytes.model").read_bytes()
        count = len(pieces(data))
        folder = self.model(count + 4)
        (folder / "tokenizer.model").write_bytes(data)
        (folder / "tokenizer_config.json").write_text(json.dumps({
            "tokenizer_class": "LlamaTokenizer", "add_bos_token": False, "add_eos_token": True, "eos_token": "<|end|>",
            "bos_token": "<s>", "chat_template": "{{ messages }}",
            "added_tokens_decoder": {str(count): {"content": "<|end|>", "special": True, "normalized": False,
                                                  "lstrip": False, "rstrip": False, "single_word": False},
                                     str(count + 1): {"content": "<tool>", "special": False, "normalized": False,
                                                      "lstrip": False, "rstrip": False, "single_word": False}}}))
        found = self.to_file()
        self.assertEqual(self.value(found, "tokens")[count:], ["<|end|>", "<tool>", f"[PAD{count + 2}]",
                                                               f"[PAD{count + 3}]"])
        self.assertEqual(self.value(found, "token_type")[count:], [3, 4, 5, 5])
        self.assertEqual([self.value(found, name) for name in ("eos_token_id", "add_bos_token", "add_eos_token")],
                         [count, False, True])
        self.assertEqual(found.fields["tokenizer.chat_template"].contents(), "{{ messages }}")

    def judge_ranked(self, judge: tiktoken.Encoding, cut: str, first: int = 0) -> gguf.GGUFReader:
        found = self.to_file()
        self.assertEqual([self.value(found, "model"), self.value(found, "pre")], ["gpt2", cut])
        tokenizer = self.and_back()
        for text in TEXTS:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            self.assertEqual([number - first for number in ids], judge.encode_ordinary(text), text)
        return found

    def test_tekken(self):
        folder = self.model(2100)
        tokens = self.write_tekken("model/tekken.json")
        judge = tiktoken.Encoding("tekken", pat_str=ranked.TEKKEN, mergeable_ranks=tokens, special_tokens={})
        found = self.judge_ranked(judge, "tekken", 100)
        self.assertEqual(self.value(found, "tokens")[:4], ["<unk>", "<s>", "</s>", "[INST]"])
        self.assertEqual(self.value(found, "token_type"), [3] * 100 + [1] * 2000)
        self.assertEqual([self.value(found, name) for name in ("bos_token_id", "eos_token_id", "add_bos_token")],
                         [1, 2, True])
        (folder / "tekken.json").write_text("{}")
        self.assertRefused("convert", "model", "new.gguf", "--layout", "gguf", "--plugin", PLUGIN,
                           saying=("tekken.json", "'config'"))

    def test_a_file_of_tiktoken(self):
        self.model(151936)
        tokens = ranked.ranks(151643)
        self.write_tiktoken("model/qwen.tiktoken", tokens)
        found = self.judge_ranked(
            tiktoken.Encoding("qwen", pat_str=ranked.QWEN, mergeable_ranks=tokens, special_tokens={}), "qwen2")
        self.assertEqual(self.value(found, "tokens")[151643:151646], ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
        self.assertEqual(self.value(found, "add_bos_token"), False)

    def test_what_is_wrong_is_named(self):
        folder = self.model(100)
        job = ("convert", "model", "new.gguf", "--layout", "gguf", "--plugin", PLUGIN)
        self.assertRefused(*job, saying=("model", "tokenizer"))
        data = (FIXTURES / "sentencepiece" / "bpe-bytes.model").read_bytes()
        (folder / "tokenizer.model").write_bytes(data)
        self.assertRefused(*job, saying=("tokenizer.model", "the id 100", "100 rows"))
        (folder / "tokenizer.model").write_bytes(data[:-30])
        self.assertRefused(*job, saying=("tokenizer.model", "cut short"))
