"""Shards of a corpus as independent tasks: the same bytes for any number of them, on any number of threads, and
whatever was killed and run again."""

import gzip
import hashlib
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import time

import numpy as np

import fixtures
import test_measure
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import BINARY, DATA, FocusCase, snapshot

LINES = 3000
TRAINING = ("--dimension", "16", "--epochs", "2", "--min-count", "5")
FIELDS = ("documents", "tokens", "characters", "bytes", "target", "source", "others", "other_bytes", "beginning")


def parts(path: pathlib.Path) -> dict:
    """A file of counts, read by its description in docs/clusters.md."""
    data = path.read_bytes()
    assert data[:8] == b"focuscnt" and data[-32:] == hashlib.sha256(data[:-32]).digest()
    found = dict(zip(("version", "shard", "shards"), struct.unpack_from("<3Q", data, 8)))
    found |= dict(zip(FIELDS, struct.unpack_from("<9Q", data, 128)))
    start = 256
    for name, count, kind in (("target_counts", found["target"], "<u8"), ("source_counts", found["source"], "<u8"),
                              ("ids", found["documents"] + found["tokens"], "<u4")):
        found[name] = np.frombuffer(data, kind, count, start)
        start += found[name].nbytes
    found["list"], start = [], start
    for _ in range(found["others"]):
        length, = struct.unpack_from("<I", data, start)
        found["list"].append(data[start + 4:start + 4 + length])
        start += 4 + length
    lines = data[start:start + found["beginning"]].splitlines()
    found["texts"] = [json.loads(line)["text"] for line in lines]
    assert start + found["beginning"] + 32 == len(data)
    return found


def sealed(data: bytes) -> bytes:
    """A file that was changed, with the digest of what it holds now."""
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


class Shards(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE)
        self.lines = (DATA / "de.txt").read_text(encoding="utf-8").split("\n")[:LINES]
        third = LINES // 3
        # Plain, as JSON with line feeds inside, packed; with a mark before, ends of lines of both kinds, blank lines.
        self.texts = [*self.lines[:third], "", "zwei\nZeilen \u2028 und \u4e2d\u6587", *self.lines[third:]]
        (self.folder / "a.txt").write_bytes(
            b"\xef\xbb\xbf" + "\r\n".join(self.texts[:third + 1]).encode() + b"\n")
        (self.folder / "b.jsonl").write_text("\n".join(
            json.dumps({"text": text}) for text in self.texts[third + 1:2 * third]), encoding="utf-8")
        (self.folder / "c.txt.gz").write_bytes(gzip.compress(
            "".join(text + "\n" for text in self.texts[2 * third:]).encode()))
        self.corpus = ("a.txt", "b.jsonl", "c.txt.gz")

    def count(self, shard: str, output: str, *options, corpus=None):
        return self.focus("count", "source", "--tokenizer", "target", "--corpus", *(corpus or self.corpus), "--shard",
                          shard, "--output", output, *options)

    def counted(self, count: int, *options) -> list[str]:
        names = [f"{index}-of-{count}.counts" for index in range(1, count + 1)]
        for index, name in enumerate(names, 1):
            self.assertDone(self.count(f"{index}/{count}", name, *options))
        return names

    def merged(self, names: list[str], output: str) -> bytes:
        self.assertDone(self.focus("merge", *names, "--output", output))
        return (self.folder / output).read_bytes()

    # The same bytes

    def test_the_same_bytes_for_any_number_of_shards_and_threads(self):
        whole, = self.counted(1, "--threads", "1")
        expected = (self.folder / whole).read_bytes()
        for count in (1, 3, 7, 40):
            with self.subTest(count=count):
                names = self.counted(count, "--threads", "2")
                random.Random(count).shuffle(names)
                self.assertEqual(self.merged(names, f"merged-{count}"), expected)

    def test_counts_and_tokens_are_those_of_tokenizers(self):
        self.merged(self.counted(3), "all.counts")
        found = parts(self.folder / "all.counts")
        source, target = (fixtures.tokenizer(self.folder / name) for name in ("source", "target"))
        self.assertEqual(found["documents"], len(self.texts))
        self.assertEqual(found["bytes"], sum(len(text.encode()) for text in self.texts))
        self.assertEqual(found["characters"], sum(map(len, self.texts)))
        self.assertEqual(found["texts"], self.texts[:len(found["texts"])])
        for name, tokenizer in (("source_counts", source), ("target_counts", target)):
            encoded = tokenizer.encode_batch(self.texts, add_special_tokens=False)
            ids = np.concatenate([np.array(e.ids, int) for e in encoded])
            np.testing.assert_array_equal(found[name], np.bincount(ids, minlength=len(found[name])))
        unknown = target.token_to_id("<unk>")
        wanted = []
        for encoding in target.encode_batch(self.texts, add_special_tokens=False):
            # What is unknown is kept as text, which a test of its own looks at.
            wanted += [None if i == unknown else i + 1 for i in encoding.ids] + [0]
        self.assertEqual(len(wanted), len(found["ids"]))
        for id, expected in zip(found["ids"].tolist(), wanted):
            if expected is not None:
                self.assertEqual(id, expected)

    def test_unknown_tokens_keep_their_text_whatever_shard_they_are_in(self):
        strange = ["\u4e2d", "\u6587", "\u4e2d \u5b57", "gut", "\u5b57 \u6587"] * 50
        (self.folder / "strange.txt").write_text("\n".join(strange) + "\n", encoding="utf-8")
        names = []
        for count in (1, 4):
            for index in range(1, count + 1):
                names.append(f"{index}-{count}")
                self.assertDone(self.focus("count", "source", "--tokenizer", "target", "--corpus", "strange.txt",
                                           "--shard", f"{index}/{count}", "--output", names[-1]))
        self.assertEqual(self.merged(names[1:], "m"), (self.folder / names[0]).read_bytes())
        found = parts(self.folder / "m")
        self.assertEqual(found["documents"], len(strange))
        self.assertGreater(found["others"], 1)
        self.assertEqual(len(set(found["list"])), found["others"])

    def test_a_shard_reads_its_own_bytes(self):
        (self.folder / "long.txt").write_text("\n".join(self.lines * 10) + "\n", encoding="utf-8")
        size = (self.folder / "long.txt").stat().st_size
        task = subprocess.Popen([BINARY, "count", "source", "--tokenizer", "target", "--corpus", "long.txt", "--shard",
                                 "5/10", "--output", "5"], cwd=self.folder, env=self.environment,
                                stderr=subprocess.DEVNULL)
        # What a process has read is known until somebody has waited for it.
        os.waitid(os.P_PID, task.pid, os.WEXITED | os.WNOWAIT)
        io = dict(line.split(": ") for line in pathlib.Path(f"/proc/{task.pid}/io").read_text().splitlines())
        self.assertEqual(task.wait(), 0)
        self.assertLess(int(io["rchar"]), size // 10 + (2 << 20))

    def test_the_same_checkpoint_as_with_the_corpus(self):
        self.merged(self.counted(3), "all.counts")
        for method in ("focus", "pieces", "focus+pieces"):
            for number, threads in enumerate(("1", "2")):
                with self.subTest(method=method, threads=threads):
                    common = ("specialize", "source", "--tokenizer", "target", "--method", method, "--no-cache",
                              "--threads", threads, *TRAINING)
                    self.assertDone(self.focus(*common, "--corpus", *self.corpus, "--output", f"a{method}{number}"))
                    self.assertDone(self.focus(*common, "--counts", "all.counts", "--output", f"b{method}{number}"))
                    self.assertEqual(snapshot(self.folder / f"a{method}{number}"),
                                     snapshot(self.folder / f"b{method}{number}"))

    def test_vectors_are_those_of_the_corpus(self):
        self.merged(self.counted(7), "all.counts")
        common = ("train-auxiliary", "--tokenizer", "target", *TRAINING)
        self.assertDone(self.focus(*common, "--corpus", *self.corpus, "--output", "text.bin"))
        self.assertDone(self.focus(*common, "--counts", "all.counts", "--output", "counts.bin"))
        self.assertEqual((self.folder / "text.bin").read_bytes(), (self.folder / "counts.bin").read_bytes())

    # Tasks that are run again

    def test_a_finished_task_does_nothing_and_says_so(self):
        self.assertDone(self.count("2/3", "two"))
        before = (self.folder / "two").stat()
        outcome = self.count("2/3", "two")
        self.assertDone(outcome)
        self.assertIn("is finished already", outcome.errors)
        self.assertEqual((self.folder / "two").stat().st_mtime_ns, before.st_mtime_ns)
        answer = json.loads(self.count("2/3", "two", "--json").output)
        self.assertTrue(answer["wasFinished"])
        for shard, corpus, saying in (("1/3", None, "of shard 2/3"), ("2/3", ("a.txt",), "another corpus")):
            self.assertRefused("count", "source", "--tokenizer", "target", "--corpus", *(corpus or self.corpus),
                               "--shard", shard, "--output", "two", saying=(saying, "--overwrite"))
        self.assertDone(self.count("1/3", "two", "--overwrite"))
        self.assertEqual(parts(self.folder / "two")["shard"], 1)

    def test_a_killed_task_leaves_no_file_of_its_name_and_starts_again(self):
        (self.folder / "long.txt").write_text("\n".join(self.lines * 60) + "\n", encoding="utf-8")
        arguments = ("count", "source", "--tokenizer", "target", "--corpus", "long.txt", "--shard", "1/2", "--output")
        for delay in (0.05, 0.2, 0.4):
            task = subprocess.Popen([BINARY, *arguments, "killed"], cwd=self.folder, env=self.environment,
                                    stderr=subprocess.DEVNULL)
            time.sleep(delay)
            task.send_signal(signal.SIGKILL)
            task.wait()
            if task.returncode == -signal.SIGKILL:
                self.assertFalse((self.folder / "killed").exists())
        self.assertDone(self.focus(*arguments, "killed"))
        self.assertDone(self.focus(*arguments, "fresh"))
        self.assertEqual((self.folder / "killed").read_bytes(), (self.folder / "fresh").read_bytes())

    # What must be refused

    def test_missing_double_and_foreign_shards_are_named(self):
        names = self.counted(4)
        other, = [name for name in self.counted(3)[1:2]]
        fixtures.unpack_tokenizer("golden/tokenizers/target-wordpiece", self.folder / "pieces")
        self.assertDone(self.focus("count", "source", "--tokenizer", "pieces", "--corpus", *self.corpus, "--shard",
                                   "1/4", "--output", "pieces.counts"))
        self.assertDone(self.count("1/4", "corpus.counts", corpus=("a.txt", "b.jsonl")))
        self.assertDone(self.focus("count", "target", "--tokenizer", "target", "--corpus", *self.corpus, "--shard",
                                   "1/4", "--output", "source.counts"))
        for files, saying in (
                (names[:1] + names[3:], ("shards 2, 3 of 4 are missing",)),
                (names[:3], ("shard 4 of 4 is missing",)),
                (names + names[1:2], ("shard 2/4", "once")),
                (names[:3] + [other], (other, "two ways")),
                (names[1:] + ["pieces.counts"], ("pieces.counts", "another --tokenizer")),
                (names[1:] + ["source.counts"], ("source.counts", "another source tokenizer")),
                (names[1:] + ["corpus.counts"], ("corpus.counts", "another corpus")),
                (names[1:] + ["a.txt"], ("a.txt", "no file of counts")),
                (names[1:] + ["none"], ("none",))):
            with self.subTest(saying=saying):
                self.assertRefused("merge", *files, "--output", "merged", saying=saying)

    def test_what_does_not_fit_the_job_is_refused(self):
        names = self.counted(2)
        self.merged(names, "all.counts")
        job = ("specialize", "source", "--tokenizer", "target", "--output", "result", "--counts")
        self.assertRefused(*job, names[0], saying=("shard 1/2", "focus merge"))
        self.assertRefused(*job, "a.txt", saying=("no file of counts",))
        fixtures.unpack_tokenizer("golden/tokenizers/target-wordpiece", self.folder / "pieces")
        self.assertRefused("specialize", "source", "--tokenizer", "pieces", "--output", "result", "--counts",
                           "all.counts", saying=("another --tokenizer",))
        self.assertRefused("train-auxiliary", "--tokenizer", "pieces", "--output", "result.bin", "--counts",
                           "all.counts", saying=("another --tokenizer",))
        self.assertDone(self.focus("count", "target", "--tokenizer", "target", "--corpus", *self.corpus, "--output",
                                   "other.counts"))
        self.assertRefused(*job, "other.counts", saying=("another source tokenizer",))
        for arguments in (("--counts", "all.counts", "--corpus", "a.txt"), ("--counts", "all.counts", "--auxiliary",
                                                                          "x.bin")):
            outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", "r", *arguments)
            self.assertEqual(outcome.code, 64, outcome.errors)
        for shard in ("0/3", "4/3", "1", "1/0", "x/3", "-1/3", "1/3/5", "1/99999999999"):
            self.assertEqual(self.count(shard, "none").code, 64, shard)
        self.assertRefused("count", "source", "--tokenizer", "target", "--corpus", "-", "--shard", "1/2", "--output",
                           "none", saying=("pipe",))

    def test_damaged_files_are_refused(self):
        whole, = self.counted(1)
        data = (self.folder / whole).read_bytes()
        job = ("specialize", "source", "--tokenizer", "target", "--output", "result", *TRAINING, "--no-cache",
               "--counts", "bad.counts")

        def refused(bad: bytes) -> None:
            (self.folder / "bad.counts").write_bytes(bad)
            self.assertRefused(*job, saying=("bad.counts",))
            self.assertRefused("merge", "bad.counts", "--output", "merged", saying=("bad.counts",))
        for length in (0, 7, 8, 100, 255, 256, 300, len(data) // 2, len(data) - 33, len(data) - 1):
            with self.subTest(length=length):
                refused(data[:length])
        refused(data + b"x")
        for place in (8, 40, 200, 300, len(data) // 2, len(data) - 40, len(data) - 1):
            with self.subTest(place=place):
                refused(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1:])
        # Numbers that lie, with a digest that does not.
        for offset in range(8, 200, 8):
            if not 32 <= offset < 128:
                for value in (0, 1 << 55, (1 << 64) - 1, (1 << 63) - 1, 1 << 30):
                    if struct.pack("<Q", value) != data[offset:offset + 8] and (offset, value) != (144, 0):
                        with self.subTest(offset=offset, value=value):
                            bad = sealed(data[:offset] + struct.pack("<Q", value) + data[offset + 8:])
                            (self.folder / "bad.counts").write_bytes(bad)
                            outcome = self.focus(*job, "--overwrite")
                            self.assertIn(outcome.code, (0, 1), outcome.errors)
        header = parts(self.folder / whole)
        ids = 256 + 8 * (header["target"] + header["source"])
        for value in (header["target"] + 1 + header["others"], 0xFFFFFFFF):
            (self.folder / "bad.counts").write_bytes(
                sealed(data[:ids] + struct.pack("<I", value) + data[ids + 4:]))
            self.assertRefused(*job[:4], "--output", "other", *job[6:], saying=("there is none",))

    def test_shards_without_text_and_with_damaged_text(self):
        (self.folder / "empty.txt").write_text("\n\n")
        self.assertDone(self.count("1/3", "few", corpus=("empty.txt",)))
        (self.folder / "wrong.txt").write_bytes(b"gut\n" * 1000 + b"\xff\n" + b"gut\n" * 1000)
        self.assertDone(self.count("3/3", "last", corpus=("wrong.txt",)))
        for shard in ("1/3", "2/3"):
            # The first takes lines from the beginning of the whole text.
            self.assertRefused("count", "source", "--tokenizer", "target", "--corpus", "wrong.txt", "--shard", shard,
                               "--output", "none", saying=("wrong.txt", "byte 4000", "not utf-8"))
        self.assertRefused("count", "source", "--tokenizer", "target", "--corpus", "a.txt", "--output", "no/such",
                           saying=("no/such",))


class ShardsForModels(FocusCase):
    """Where the model itself reads lines of the text, or is measured on some, these come from the counts."""

    tokenizer = test_measure.MeasureTest.tokenizer
    other_tokenizer = test_measure.MeasureTest.other_tokenizer
    model = test_measure.MeasureTest.model
    corpus = test_measure.MeasureTest.corpus

    def compare(self, model: str, *options) -> dict:
        found = {}
        for name, text in (("text", ("--corpus", "corpus.txt")), ("counts", ("--counts", "all.counts"))):
            self.assertDone(self.typed("specialize", "model", "--tokenizer", "tokenizer", *text, *TRAINING,
                                       "--no-cache", *options, "--output", f"{model}-{name}", "--report", "r.json"))
            found[name] = json.loads((self.folder / "r.json").read_text())
            for changing in ("stages", "peakResidentBytes", "seconds"):
                found[name].pop(changing, None)
        self.assertEqual(found["text"], found["counts"])
        self.assertEqual(snapshot(self.folder / f"{model}-text"), snapshot(self.folder / f"{model}-counts"))
        return found["counts"]

    def test_the_same_checkpoint_and_figures(self):
        for model, options in (("llama-tied", ("--method", "pieces", "--head", "share")), ("bert-masked", ()),
                               ("llama", ("--method", "focus", "--head", "share"))):
            with self.subTest(model=model):
                self.tearDown()
                self.setUp()
                self.model(model)
                self.other_tokenizer()
                self.corpus()
                names = [f"{index}.counts" for index in (1, 2, 3)]
                for index, name in enumerate(names, 1):
                    self.assertDone(self.focus("count", "model", "--tokenizer", "tokenizer", "--corpus", "corpus.txt",
                                               "--shard", f"{index}/3", "--output", name))
                self.assertDone(self.focus("merge", *names, "--output", "all.counts"))
                report = self.compare(model, *options)
                self.assertIsNotNone(report.get("measured"))
