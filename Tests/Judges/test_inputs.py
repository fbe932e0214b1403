"""What people name by mistake: each time one sentence with what was probably meant, and nothing left behind."""

import bz2
import json
import lzma
import pathlib
import zipfile

import numpy as np
from safetensors.numpy import save_file

from test_ids import NEW, OLD, WIDTH, write_json, write_tokenizer
from tool import FocusCase

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + bytes([3, 0, 62, 0, 1, 0, 0, 0, 0xD0, 0x28]) + bytes(40)


class Inputs(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.model(self.folder / "model")
        write_tokenizer(self.folder / "german", NEW)
        (self.folder / "de.txt").write_text("river stone\n" * 20)

    def model(self, folder: pathlib.Path) -> None:
        write_tokenizer(folder, OLD)
        table = np.arange(len(OLD), dtype=np.float32)[:, None] + np.zeros((1, WIDTH), np.float32)
        save_file({"layer.embed.weight": table}, folder / "model.safetensors")
        write_json(folder / "config.json", {"architectures": ["ThingForCausalLM"], "vocab_size": len(OLD)})

    def refused(self, saying: tuple[str, ...], model="model", tokenizer="german", corpus="de.txt", *more) -> None:
        options = [] if corpus is None else ["--corpus", corpus]
        outcome = self.assertRefused("specialize", model, "--tokenizer", tokenizer, *options, *more, "--method",
                                     "focus", "--output", "out", saying=saying)
        self.assertEqual(len(outcome.errors.splitlines()), 1, outcome.errors)
        self.assertEqual(outcome.output, "")

    def test_mistyped_names(self) -> None:
        self.refused(("no such file or folder", "is 'model' meant?"), model="modle")
        self.refused(("is 'german' meant?",), tokenizer="./germn")
        self.refused(("is 'de.txt' meant?",), corpus="de.tx")
        (self.folder / "texts").mkdir()
        (self.folder / "texts" / "wiki.txt.gz").write_bytes(b"x")
        self.refused(("is 'texts/wiki.txt.gz' meant?",), corpus="texts/wiki.txt")
        self.refused(("is 'texts' meant?",), corpus="txts/news.jsonl")
        self.refused(("has no folder 'missing'",), corpus="missing/de.txt")
        self.refused(("holds 'de.txt'",), corpus="corpus-of-2019.txt")
        for arguments, words in ((("inspect", "modell"), "is 'model' meant?"),
                                 (("convert", "model/model.safetensor", "x.npz"), "is 'model/model.safetensors'"),
                                 (("tokenize", "--tokenizer", "german", "d.txt"), "is 'de.txt' meant?"),
                                 (("explain", "my.plan", "river"), "no such file or folder"),
                                 (("measure", "model", "de.tx"), "is 'de.txt' meant?"),
                                 (("train-auxiliary", "--tokenizer", "germann", "--corpus", "de.txt", "--output",
                                   "x.bin"), "is 'german' meant?"),
                                 (("draft", "model", "--like", "geman", "--output", "out"), "is 'german' meant?"),
                                 (("verify", "mdoel"), "is 'model' meant?")):
            self.assertRefused(*arguments, saying=(words,))

    def test_names_on_the_hub(self) -> None:
        hub = "intfloat/multilingual-e5-small"
        self.refused((f"hf download {hub} --local-dir multilingual-e5-small", "never the network"), model=hub)
        self.refused((f"hf download {hub} --include '*.json'", "--local-dir multilingual-e5-small"), tokenizer=hub)
        self.refused(("datasets.load_dataset('wikimedia/wikipedia', split='train').to_json('wikipedia.jsonl'",),
                     corpus="wikimedia/wikipedia")
        self.refused(("datasets.load_dataset('a/b'",), corpus="https://huggingface.co/datasets/a/b")
        self.refused(("download it first",), model="https://example.org/model")
        self.assertRefused("draft", "model", "--like", "owner/large-8B", "--output", "out",
                           saying=("hf download owner/large-8B --include '*.json'",))

    def test_files_that_are_no_text(self) -> None:
        (self.folder / "t.parquet").write_bytes(b"PAR1\x15\x04\x15\xe0PAR1")
        (self.folder / "t.arrow").write_bytes(b"ARROW1\0\0")
        (self.folder / "t.csv").write_text("id,text\n1,river\n")
        (self.folder / "t.tsv").write_text("id\ttext\n1\triver\n")
        (self.folder / "t.xz").write_bytes(lzma.compress(b"river"))
        (self.folder / "t.bz2").write_bytes(bz2.compress(b"river"))
        (self.folder / "t.pdf").write_bytes(b"%PDF-1.5\n")
        (self.folder / "program").write_bytes(ELF)
        (self.folder / "program.txt").write_bytes(ELF)
        with zipfile.ZipFile(self.folder / "t.zip", "w") as archive:
            archive.writestr("a.txt", "river")
        for name, words in (("t.parquet", ("pandas.read_parquet('t.parquet').to_json(", "--text-field")),
                            ("t.arrow", ("pandas.read_feather('t.arrow')", "jsonl")), ("t.csv", ("column", "jsonl")),
                            ("t.tsv", ("column", "jsonl")), ("t.xz", ("unxz",)), ("t.bz2", ("bunzip2",)),
                            ("t.zip", ("unzip",)), ("t.pdf", ("pdftotext",)), ("program", ("binary file",)),
                            ("program.txt", ("binary file",)), ("model/model.safetensors", ("tensor file",)),
                            ("german/tokenizer.json", ("not a text",)), ("model/config.json", ("not a text",))):
            self.refused((f"'{name}'", *words), corpus=name)

    def test_empty_files(self) -> None:
        for name, words in (("e.txt", "make it again"), ("e.jsonl", "make it again"), ("e.parquet", "read_parquet"),
                            ("e.csv", "read_csv"), ("e.tsv", "read_table"), ("e.arrow", "read_feather"),
                            ("e.zip", "unzip"), ("e.xz", "unxz"), ("e.bz2", "bunzip2"), ("e.pdf", "pdftotext")):
            (self.folder / name).write_bytes(b"")
            self.refused(("is empty", words), corpus=name)

    def test_folders_without_text(self) -> None:
        for name in ("empty", "other", "tables", "outer/inner"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "other" / "notes.md").write_text("x")
        (self.folder / "tables" / "train-00000.parquet").write_bytes(b"PAR1")
        (self.folder / "outer" / "inner" / "a.txt").write_text("river\n")
        for name, words in (("empty", "is an empty folder"), ("other", "none of its files ends in .txt"),
                            ("tables", "read_parquet('tables/train-00000.parquet')"), ("outer", "'outer/inner'"),
                            ("model", "is the folder of a model"), ("german", "is the folder of a model")):
            self.refused((words,), corpus=name)
        self.assertRefused("tokenize", "--tokenizer", "german", "outer/inner", saying=("one text", "'a.txt'"))
        self.assertRefused("measure", "model", "empty", saying=("one text", "nothing"))

    def test_patterns_that_match_nothing(self) -> None:
        self.refused(("matches no file", "'de.txt'"), corpus="fr*.txt")
        self.refused(("matches no file", "no folder 'texts'"), corpus="texts/*.txt")
        self.refused(("matches no file", "without quotes"), corpus="*/*.txt")

    def test_paths_of_another_system_and_of_no_shell(self) -> None:
        for path in ("C:\\Users\\me\\model", "C:/Users/me/model"):
            self.refused(("path of Windows", "'/mnt/c/Users/me/model'"), model=path)
        self.refused(("write 'texts/de.txt'",), corpus="texts\\de.txt")
        self.refused(("'/mnt/d/de*.txt'",), corpus="D:\\de*.txt")
        for option in ("model", "tokenizer", "corpus"):
            self.refused(("$HOME/data/x",), **{option: "~/data/x"})
        self.assertRefused("specialize", "model", "--tokenizer", "german", "--method", "pieces", "--output", "~/out",
                           saying=("$HOME/out",))

    def test_the_wrong_kind_of_thing(self) -> None:
        (self.folder / "empty").mkdir()
        self.model(self.folder / "outer" / "e5")
        write_tokenizer(self.folder / "outside" / "de", NEW)
        (self.folder / "de.jsonl").write_text(json.dumps({"text": "river"}) + "\n")
        exchanged = ("tokenizer and no weights", "exchanged?")
        self.refused(exchanged, model="german", tokenizer="model")
        self.assertRefused("compare", "german", "--tokenizer", "model", "--corpus", "de.txt", saying=exchanged)
        self.assertRefused("draft", "german", "--like", "model", "--output", "out", saying=exchanged)
        self.refused(("tokenizer and no weights", "model.safetensors"), model="german")
        self.refused(("name its folder, 'model'",), model="model/config.json")
        self.refused(("not a model",), model="de.txt", corpus="model")
        self.refused(("is an empty folder",), model="empty")
        self.refused(("name 'outer/e5'",), model="outer")
        self.refused(("name 'outside/de'",), tokenizer="outside")
        self.refused(("holds no tokenizer", "--tokenizer"), tokenizer="empty")
        self.refused(("tensor file, not a tokenizer",), tokenizer="model/model.safetensors")
        self.refused(("name its folder, 'model'",), tokenizer="model/config.json")
        self.refused(("not a tokenizer",), tokenizer="de.jsonl")
        self.refused(("is a folder, and a file is meant",), "model", "german", None, "--auxiliary", "german")
        self.assertRefused("specialize", "model", "--tokenizer", "german", "--plan", "model", "--output", "out",
                           saying=("is a folder, and a file is meant",))
        self.assertRefused("explain", "model", "river", saying=("is a folder, and a file is meant",))

    def test_texts_with_zeros_are_texts(self) -> None:
        (self.folder / "zeros.txt").write_bytes("river \0 stone ä\n".encode() * 8)
        outcome = self.focus("tokenize", "--tokenizer", "german", "zeros.txt")
        self.assertEqual(outcome.code, 0, outcome.errors)
