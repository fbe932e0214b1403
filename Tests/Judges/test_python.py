"""The Python package, in this process and in others: what it gives, beside what the command writes."""

import array
import json
import logging
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import numpy as np

import fixtures
from test_checkpoints import random
from tool import BINARY, DATA, FIXTURES, PATIENCE, SANITIZED, FocusCase

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE, BIAS = "embeddings.word_embeddings.weight", "cls.predictions.bias"
os.environ.setdefault("SWIFTFOCUS_LIBRARY", str(pathlib.Path(BINARY).resolve().parent / "libswiftfocus.so"))
sys.path.insert(0, str(ROOT / "Python"))
import swiftfocus  # noqa: E402
from swiftfocus.compat import FOCUS  # noqa: E402

WORDS = "der Hund und die Katze gehen heute in den Wald weil es dort kühler ist als in der Stadt".split()


def documents(count: int = 4000):
    for index in range(count):
        yield " ".join(WORDS[(index * step) % len(WORDS)] for step in range(1, 9))


class PythonPackage(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self.temporary)
        self.addCleanup(lambda: os.environ.__setitem__("TMPDIR", before) if before else os.environ.pop("TMPDIR"))
        self.source = fixtures.unpack_tokenizer("golden/tokenizers/source", self.base / "old")
        self.target = fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.base / "new")
        self.vectors = fixtures.golden_auxiliary("target-unigram", self.base)
        self.table = fixtures.golden_array("source_embeddings.npy")

    def checkpoint(self, dtype=np.float32, untrained: int = 0) -> dict[str, np.ndarray]:
        tensors = {TABLE: self.table.astype(dtype), BIAS: random(len(self.table), dtype=dtype)}
        tensors[TABLE][100:100 + untrained] = 0
        fixtures.write_checkpoint(self.folder / "model", tensors,
                                  {"model_type": "bert", "vocab_size": len(self.table), "hidden_size": 32},
                                  "golden/tokenizers/source")
        return tensors

    def written(self, *options) -> tuple[dict[str, np.ndarray], bytes]:
        """The command's rows and plan."""
        self.assertDone(self.focus("specialize", "model", "--tokenizer", self.target, "--output", "result",
                                   "--save-plan", "command.plan", "--no-measure", "--no-cache", *options))
        return fixtures.read_checkpoint(self.folder / "result"), (self.folder / "command.plan").read_bytes()

    def saved(self, plan) -> bytes:
        plan.save(self.folder / "python.plan")
        return (self.folder / "python.plan").read_bytes()

    def assertSameBytes(self, found, wanted) -> None:
        self.assertEqual((found.shape, found.dtype, found.tobytes()), (wanted.shape, wanted.dtype, wanted.tobytes()))

    # The same as the command

    def test_plans_and_rows_have_the_bytes_of_the_command(self):
        for method in ("focus", "pieces", "focus+pieces", "focus+uniform-pieces"):
            for dtype in ("float32", "float16", "bfloat16"):
                with self.subTest(method=method, dtype=dtype):
                    self.tearDown()
                    self.setUp()
                    tensors = self.checkpoint(fixtures.TYPES[dtype])
                    wanted, plan = self.written("--method", method, "--auxiliary", self.vectors, "--seed", 7)
                    found = swiftfocus.plan(self.source, self.target, auxiliary=self.vectors, method=method, seed=7)
                    self.assertEqual(self.saved(found), plan)
                    for name in (TABLE, BIAS):
                        self.assertSameBytes(found.apply(tensors[name]), wanted[name])

    def test_rows_that_were_never_trained_lend_nothing(self):
        tensors = self.checkpoint(untrained=40)
        wanted, plan = self.written("--method", "pieces")
        found = swiftfocus.plan(self.source, self.target, embeddings=tensors[TABLE], method="pieces")
        self.assertEqual(self.saved(found), plan)
        self.assertSameBytes(found.apply(tensors[TABLE]), wanted[TABLE])
        other = swiftfocus.plan(self.source, self.target, method="pieces")
        self.assertNotEqual(self.saved(other), plan)

    def test_the_plan_of_a_model_is_the_command_s(self):
        tensors = self.checkpoint(untrained=40)
        wanted, plan = self.written("--method", "auto", "--auxiliary", self.vectors)
        found = swiftfocus.plan(target_tokenizer=self.target, model=self.folder / "model", auxiliary=self.vectors)
        self.assertEqual(self.saved(found), plan)
        self.assertSameBytes(found.apply(tensors[BIAS]), wanted[BIAS])

    def test_text_from_an_iterable_is_that_of_a_file(self):
        lines = self.base / "text.jsonl"
        lines.write_text("".join(json.dumps({"body": text}) + "\n" for text in documents()), encoding="utf-8")
        self.checkpoint()
        options = {"method": "focus", "min_count": 1, "epochs": 1, "no_cache": True}
        _, wanted = self.written("--method", "focus", "--min-count", 1, "--epochs", 1, "--corpus", lines,
                                 "--text-field", "body")
        for text, field in ((documents(), "text"), (lines, "body"), ([str(lines)], "body")):
            found = swiftfocus.plan(self.source, self.target, corpus=text, text_field=field, **options)
            self.assertEqual(self.saved(found), wanted)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_commands_answer_what_they_print(self):
        self.checkpoint()
        report = swiftfocus.specialize(self.folder / "model", self.target, self.folder / "ours", corpus=documents(),
                                       method="focus", min_count=1, epochs=1, no_cache=True)
        self.assertEqual(report["rows"]["target"], len(fixtures.tokenizer(self.target).get_vocab()))
        (self.base / "text.txt").write_text("\n".join(documents()) + "\n", encoding="utf-8")
        self.written("--method", "focus", "--min-count", 1, "--epochs", 1, "--corpus", self.base / "text.txt")
        for name in ("model.safetensors", "config.json", "tokenizer.json"):
            self.assertEqual((self.folder / "ours" / name).read_bytes(), (self.folder / "result" / name).read_bytes())
        self.assertEqual(swiftfocus.diff(self.folder / "ours", self.folder / "result")["findings"], [])
        self.assertNotEqual(swiftfocus.diff(self.folder / "ours", self.folder / "model")["findings"], [])
        self.assertTrue(swiftfocus.verify(self.folder / "ours")["sound"])
        swiftfocus.convert(self.folder / "ours", self.base / "ours.npz", to="npz")
        with np.load(self.base / "ours.npz") as arrays:
            self.assertLessEqual({BIAS, TABLE}, set(arrays))
        for found, words in ((swiftfocus.inspect(self.folder / "ours", stats=True), ["inspect", "ours", "--stats"]),
                             (swiftfocus.verify(self.folder / "ours"), ["verify", "ours"])):
            self.assertEqual(found, json.loads(self.focus(*words, "--json").output))

    # The reference's function

    def test_the_reference_s_function(self):
        for path in sorted((FIXTURES / "golden").glob("embeddings-*.npy")):
            case = path.stem.removeprefix("embeddings-")
            route, *flags = case.split("-")
            exact, symbols, fuzzy = (flag.endswith("1") for flag in flags)
            with self.subTest(case=case):
                own = (fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.base / "own")
                       if route == "extended" else None)
                target = fixtures.unpack_tokenizer(f"golden/tokenizers/target-{route}", self.base / route)
                found = FOCUS(
                    target_tokenizer=target, source_tokenizer=fixtures.tokenizer(self.source),
                    source_embeddings=self.table, exact_match_all=exact, match_symbols=symbols, fuzzy_match_all=fuzzy,
                    fasttext_model_path=str(fixtures.golden_auxiliary(f"target-{route}", self.base)),
                    extend_tokenizer=own, verbosity="silent")
                wanted, golden = np.load(path), fixtures.read_json(f"golden/focus-{case}.json")
                copied = [entry["id"] for entry in golden["overlap"]]
                combined = sorted(set(golden["new"]) - set(golden["random_init"]))
                self.assertEqual((type(found), found.dtype, found.shape), (np.ndarray, np.float32, wanted.shape))
                self.assertSameBytes(found[copied], wanted[copied])
                np.testing.assert_allclose(found[combined], wanted[combined], atol=1e-5)

    def test_unknown_keywords_name_the_nearest(self):
        with self.assertRaisesRegex(TypeError, "did you mean 'fuzzy_match_all'"):
            FOCUS(self.target, self.source, self.table, fuzzy_match=True)
        with self.assertRaisesRegex(swiftfocus.FocusError, "'methd'.*'method'") as caught:
            swiftfocus.plan(self.source, self.target, methd="pieces")
        self.assertEqual(caught.exception.code, "option")

    # Arrays

    def test_arrays_of_any_layout_are_read_where_they_are(self):
        plan = swiftfocus.plan(self.source, self.target, method="pieces")
        wanted = plan.apply(self.table)
        wide = np.zeros((len(self.table), 70), np.float32)
        wide[:, ::2][:, :32] = self.table
        flat = array.array("f", self.table.tobytes())
        view = memoryview(flat).cast("B").cast("f", self.table.shape)
        for name, table in (("strides", wide[:, ::2][:, :32]), ("columns", np.asfortranarray(self.table)),
                            ("backwards", self.table[::-1].copy()[::-1]), ("a buffer", view)):
            with self.subTest(name):
                self.assertSameBytes(np.asarray(plan.apply(table)), wanted)
        room = np.full((len(wanted) + 3, 40), 5, np.float32)
        plan.apply(self.table, out=room[:len(wanted), 4:36])
        self.assertSameBytes(room[:len(wanted), 4:36].copy(), wanted)
        self.assertTrue((room[:, :4] == 5).all() and (room[:, 36:] == 5).all() and (room[len(wanted):] == 5).all())
        half = self.table.astype(np.float16)
        self.assertSameBytes(plan.apply(half, dtype="float32"), plan.apply(half.astype(np.float32)))
        self.assertSameBytes(plan.apply(self.table, dtype="float16"), wanted.astype(np.float16))
        padded = plan.apply(self.table, rows=len(wanted) + 5)
        self.assertSameBytes(padded[:len(wanted)], wanted)
        self.assertTrue(np.isfinite(padded).all() and len(padded) == len(wanted) + 5)

    def test_arrays_that_are_none_are_refused(self):
        plan = swiftfocus.plan(self.source, self.target, method="pieces")
        frozen = np.empty((len(plan), 32), np.float32)
        frozen.flags.writeable = False
        for call, words in (
                (lambda: plan.apply(self.table.astype(np.int32)), "int32"), (lambda: plan.apply([1.0]), "list"),
                (lambda: plan.apply(self.table[None]), "3 axes"), (lambda: plan.apply(self.table[:50]), "50 rows"),
                (lambda: plan.apply(self.table.astype(">f4")), "big-endian"),
                (lambda: plan.apply(self.table, out=frozen), "read-only"),
                (lambda: plan.apply(self.table, out=np.empty((3, 32), np.float32)), "3 rows"),
                (lambda: plan.apply(self.table, out=np.empty((len(plan), 31), np.float32)), "31"),
                (lambda: plan.apply(np.full_like(self.table, np.nan)), "NaN")):
            with self.assertRaisesRegex(swiftfocus.FocusError, words):
                call()

    def test_arrays_of_a_plan_make_its_rows(self):
        plan = swiftfocus.plan(self.source, self.target, auxiliary=self.vectors, method="focus")
        kinds, offsets, sources, weights = plan.to_arrays()
        found, table = plan.apply(self.table), self.table.astype(np.float64)
        self.assertGreater(plan.counts["combine"], 20)
        for row in range(len(plan)):
            kind = swiftfocus.KINDS[kinds[row]]
            terms = slice(offsets[row], offsets[row + 1])
            if kind == "sample":
                continue
            np.testing.assert_allclose(found[row], weights[terms] @ table[sources[terms]], rtol=1e-6, atol=1e-6)
            said = plan.explain(row)
            self.assertEqual(sorted(part["id"] for part in said["parts"]), sorted(sources[terms].tolist()))
        self.assertEqual(plan.explain(7)["token"], fixtures.tokenizer(self.target).id_to_token(7))
        plan.save(self.folder / "kept")
        self.assertSameBytes(swiftfocus.Plan.load(self.folder / "kept").apply(self.table), found)

    # Long work

    def test_errors_are_sentences_with_a_code(self):
        for call, code, words in (
                (lambda: swiftfocus.plan(self.base / "none", self.target), "system", "none"),
                (lambda: swiftfocus.plan(self.source, self.target, seed="many"), "option", "seed"),
                (lambda: swiftfocus.plan(self.source, 7), "option", "int"),
                (lambda: swiftfocus.plan(self.source, self.target, corpus=iter([])), "option", "no document"),
                (lambda: swiftfocus.plan(self.source, self.target, corpus=iter([b"x"])), "option", "bytes"),
                (lambda: swiftfocus.Plan.load(self.vectors), "input|unrecognized|invalid", ""),
                (lambda: swiftfocus.inspect(self.base / "none"), "missing|system", "none"),
                (lambda: swiftfocus.verify(self.source, isolated=True), "option", "isolated")):
            with self.assertRaises(swiftfocus.FocusError) as caught:
                call()
            self.assertRegex(caught.exception.code, code)
            self.assertIn(words, str(caught.exception))
        with self.assertRaises(ZeroDivisionError):
            swiftfocus.plan(self.source, self.target, corpus=(1 / 0 for _ in range(3)))
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_progress_and_notes_are_told(self):
        told, lines = [], []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        logger = logging.getLogger("swiftfocus")
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        self.addCleanup(logger.removeHandler, handler)
        self.checkpoint()
        swiftfocus.specialize(self.folder / "model", self.target, self.folder / "out", method="focus", epochs=200,
                              corpus=documents(), min_count=1, no_cache=True,
                              progress=lambda *now: told.append(now))
        self.assertIn("train auxiliary embeddings", [stage for stage, _, _ in told])
        self.assertTrue(all(total is None or completed <= total for _, completed, total in told))
        os.environ["FOCUS_PLUGIN_PATH"] = str(self.base / "none")
        self.addCleanup(os.environ.pop, "FOCUS_PLUGIN_PATH")
        swiftfocus.inspect(self.folder / "out")
        self.assertTrue(any("FOCUS_PLUGIN_PATH" in line for line in lines), lines)

        def stop(*_):
            raise LookupError

        with self.assertRaises(LookupError):
            swiftfocus.plan(self.source, self.target, method="focus", corpus=documents(), epochs=10000, min_count=1,
                            no_cache=True, progress=stop)

    def program(self, text: str) -> list[str]:
        return [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'Python')!r})\n{text}"]

    def test_an_interrupt_stops_the_work_and_leaves_nothing(self):
        # Shells have what they start in the background ignore ^C.
        text = (f"import signal, swiftfocus\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
                f"swiftfocus.plan({str(self.source)!r}, {str(self.target)!r}, method='focus', epochs=10000,\n"
                f"    corpus=('das ist Satz %d von vielen' % i for i in range(20000)), min_count=1, no_cache=True,\n"
                f"    progress=lambda stage, *_: print(stage, flush=True))\n")
        process = subprocess.Popen(self.program(text), env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        for line in process.stdout:
            if line.startswith("train"):
                break
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60 * PATIENCE)
        self.assertLess(time.monotonic() - started, 10 * PATIENCE)
        self.assertIn("KeyboardInterrupt", errors)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_threads_work_side_by_side(self):
        plan = swiftfocus.plan(self.source, self.target, method="pieces")
        wanted, found = plan.apply(self.table), []
        threads = [threading.Thread(target=lambda: found.append(plan.apply(self.table))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 8)
        for rows in found:
            self.assertSameBytes(rows, wanted)

    def test_memory_is_the_result_and_little_more(self):
        # A table of 384 MB, of whose rows most are summed, and 77 MB of new ones.
        target = fixtures.unpack_tokenizer("tokenizers/de-paper-xlmr-unigram-50k", self.base / "german")
        text = f"""
import numpy as np, resource, swiftfocus
plan = swiftfocus.plan({str(DATA / 'e5-small')!r}, {str(target)!r}, method='pieces')
assert plan.counts['pieces'] > 25_000
table = np.random.default_rng(1).normal(size=(250_037, 384)).astype(np.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = plan.apply(table)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 1e6, rows.nbytes / 1e6)
"""
        done = subprocess.run(self.program(text), env=self.environment, capture_output=True, text=True,
                              timeout=600 * PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        grown, result = map(float, done.stdout.split())
        if not SANITIZED:
            self.assertLess(grown, result + 200)

    def test_the_package_needs_nothing_else(self):
        done = subprocess.run(
            self.program("import swiftfocus, swiftfocus.compat\n"
                         "print([name for name in ('numpy', 'torch', 'tokenizers') if name in sys.modules])"),
            env=self.environment, capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), ("[]\n", ""))
        self.assertEqual(self.focus("--version").output.strip(), swiftfocus.__version__)
