"""Whatever is wrong is found before the first line of the text is read: each fault ends at once, on texts that would
take long."""

import contextlib
import json
import os
import resource
import shlex
import subprocess
import sys
import time

import numpy as np
from safetensors.numpy import save_file

import fixtures
from test_bad_input import SENTENCES
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import BINARY, PATIENCE, FocusCase

# To train on this text with these options takes longer than a minute on one core.
SLOW = ("--dimension", "300", "--epochs", "100", "--threads", "1", "--no-cache")


class BeforeWork(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.tensors = causal_model()
        self.source = fixtures.write_checkpoint(
            self.folder / "source", self.tensors, {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.corpus = self.folder / "corpus.txt"
        self.corpus.write_text("\n".join(SENTENCES * 60_000) + "\n")
        # Nobody is at the other end: whoever opens it waits for ever.
        self.pipe = self.folder / "pipe.txt"
        os.mkfifo(self.pipe)

    def assertAtOnce(self, *arguments, saying: tuple[str, ...], command: tuple = ("specialize", "source"),
                     **options) -> None:
        """The command is refused in a second of a processor, and so where the text is a pipe that nobody writes to."""
        for corpus in (self.corpus, self.pipe):
            with self.subTest(corpus=corpus.name), self.second():
                self.assertRefused(*command, "--tokenizer", "target", "--corpus", corpus, *SLOW, *arguments,
                                   saying=saying, **options)

    @contextlib.contextmanager
    def second(self):
        """What is run in it takes a second of a processor at most; of the clock it may take more on a machine with
        other work."""
        def used() -> float:
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime
        before = used()
        yield
        self.assertLess(used() - before, PATIENCE, "the text was read")

    def test_good_input_takes_long(self):
        """Without this, the refusals below could be fast for any reason."""
        command = [BINARY, "specialize", "source", "--tokenizer", "target", "--corpus", "corpus.txt", *SLOW, "--output",
                   "result"]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL)
        time.sleep(3)
        self.assertIsNone(process.poll())
        process.terminate()
        process.wait()

    # Files of the checkpoint

    def test_broken_configs(self):
        for name in ("generation_config.json", "config.json"):
            path = self.source / name
            before = path.read_bytes() if path.exists() else None
            path.write_text('{"eos_token_id": 2,')
            self.assertAtOnce("--output", "result", saying=(name, "JSON"))
            path.unlink() if before is None else path.write_bytes(before)

    def test_broken_config_of_the_tokenizer(self):
        (self.folder / "target" / "tokenizer_config.json").write_text("{")
        self.assertAtOnce("--output", "result", saying=("tokenizer_config.json", "JSON"))

    def test_name_that_is_not_utf8(self):
        (self.source / os.fsdecode(b"notes-\xe4.txt")).write_text("notes")
        for place in (("--output", "result"), ("--in-place",)):
            self.assertAtOnce(*place, saying=("UTF-8",))

    def test_file_beside_the_tensors_that_leads_nowhere(self):
        (self.source / "README.md").symlink_to("nowhere.md")
        self.assertAtOnce("--output", "result", saying=("README.md", "nowhere.md"))

    def test_file_beside_the_tensors_that_is_a_pipe(self):
        os.mkfifo(self.source / "notes.txt")
        self.assertAtOnce("--output", "result", saying=("notes.txt", "pipe"))

    def test_numbers_that_are_none(self):
        """The file that has them is named, and the row."""
        for place in (("--output", "result"), ("--in-place",)):
            tensors = {name: tensor.copy() for name, tensor in self.tensors.items()}
            tensors["lm_head.weight"][7, 3] = np.nan
            save_file(tensors, self.source / "model.safetensors", metadata={"format": "pt"})
            self.assertAtOnce(*place, saying=("source/model.safetensors", "lm_head.weight", "row 7", "NaN"))

    # Destinations

    def test_link_that_leads_nowhere(self):
        (self.folder / "result").symlink_to("nowhere")
        self.assertAtOnce("--output", "result", saying=("result", "exists"))
        self.assertAtOnce("--output", "result", "--overwrite", saying=("result", "nowhere"))

    def test_output_that_holds_the_checkpoint(self):
        outer = self.folder / "outer"
        outer.mkdir()
        self.source.rename(outer / "model")
        self.assertAtOnce("--output", "outer", "--overwrite", saying=("outer", "lies in"),
                          command=("specialize", "outer/model"))

    def test_plan_and_report_that_cannot_be_written(self):
        (self.folder / "file").write_text("x")
        for option, end in (("--save-plan", ""), ("--report", ".json")):
            for name, words in ((f"nowhere/name{end}", ("nowhere",)), (f"file/name{end}", ("file",))):
                self.assertAtOnce("--output", "result", option, name, saying=words)
            folder = self.folder / f"folder{end}"
            folder.mkdir()
            self.assertAtOnce("--output", "result", option, folder.name, saying=(folder.name,))
        self.assertAtOnce("--in-place", "--save-plan", "source/plan", saying=("source/plan",))

    def test_cache_that_cannot_be_made(self):
        (self.folder / "file").write_text("x")
        for cache in ("file", "file/cache"):
            with self.second():
                self.assertRefused("specialize", "source", "--tokenizer", "target", "--corpus", self.corpus, *SLOW[:-1],
                                   "--cache", cache, "--output", "result", saying=(cache,))

    def test_report_in_the_folder_that_will_be_written(self):
        self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output",
                                   "result",
                                   "--report", "result/report.json"))
        self.assertIn("rows", json.loads((self.folder / "result" / "report.json").read_text()))

    def test_folder_for_temporary_files_that_is_none(self):
        self.temporary.rmdir()
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--corpus", self.corpus, *SLOW,
                             "--output", "result")
        self.temporary.mkdir()
        self.assertEqual(outcome.code, 1)
        self.assertIn("TMPDIR", outcome.complaint)

    def test_disk_without_room(self):
        namespace = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        disk = self.base / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size=65536 tmpfs {shlex.quote(str(disk))}"
        if subprocess.run([*namespace, "sh", "-c", mount], capture_output=True).returncode:
            return print("note: a small disk cannot be mounted here", file=sys.stderr)
        command = [BINARY, "specialize", "source", "--tokenizer", "target", "--corpus", str(self.corpus), *SLOW,
                   "--output"]
        for folder, setting, words in ((disk / "result", "", ("needs about", "result")),
                                       ("result", f"TMPDIR={disk} ", ("TMPDIR", "need about"))):
            with self.subTest(setting=setting):
                script = f"{mount} && {setting}{shlex.join([*command, str(folder)])}"
                with self.second():
                    done = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True,
                                          cwd=self.folder,
                                          env=self.environment)
                self.assertEqual(done.returncode, 1, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)
                self.assertNotIn(".partial", done.stderr)

    # The other commands that read a text

    def test_training_alone(self):
        (self.folder / "model.bin").symlink_to("nowhere")
        (self.folder / "file").write_text("x")
        command = ("train-auxiliary", "--dimension", "300", "--epochs", "100", "--threads", "1", "--tokenizer",
                   "target")
        for corpus in (self.corpus, self.pipe):
            for output in ("model.bin", "nowhere/model.bin", "file/model.bin", "file"):
                with self.subTest(corpus=corpus.name, output=output), self.second():
                    self.assertRefused(*command, "--corpus", corpus, "--output", output, saying=(output,))

    def test_comparing(self):
        self.tensors["model.embed_tokens.weight"][9, 0] = np.inf
        save_file(self.tensors, self.source / "model.safetensors", metadata={"format": "pt"})
        self.assertAtOnce(saying=("source/model.safetensors", "row 9"), command=("compare", "source"))

    def test_converting(self):
        name = self.source / os.fsdecode(b"notes-\xe4.txt")
        name.write_text("notes")
        self.assertRefused("convert", "source", "result", "--to", "hdf5", saying=("UTF-8",))
        name.unlink()
        (self.source / "README.md").symlink_to("nowhere.md")
        self.assertRefused("convert", "source", "result", "--to", "hdf5", saying=("README.md", "nowhere.md"))
        (self.folder / "taken").symlink_to("nowhere")
        self.assertRefused("convert", "source", "taken", "--to", "hdf5", saying=("taken", "exists"))
