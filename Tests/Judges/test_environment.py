"""The network is never touched, and no environment variable changes anything but those that docs/command-line.md
names."""


import pathlib


from plugins import compiled
from tool import FIXTURES, SANITIZED, FocusCase

HERE = pathlib.Path(__file__).resolve().parent
TOKENIZER = FIXTURES / "golden" / "tokenizers" / "target-bpe"
# Those that docs/command-line.md names.
DOCUMENTED = {"FOCUS_PLUGIN_PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR"}
# Those by which --help is laid out.
LAYOUT = {"COLUMNS", "LINES"}
# Those that libraries look at when they are loaded: Swift's for its own crash reports, TLS libraries that come along
# with HDF5 and are not used. They are asked for before main.
LOADING = ("DYLD_", "LD_", "LIBDISPATCH_", "SWIFT_", "GNUTLS_", "NETTLE_", "OPENSSL_", "P11_KIT_", "PATH", "LANG",
           "TERM", "LC_", "TZ",
           # Of the sanitizers, in builds with them.
           "ASAN_", "TSAN_", "LSAN_", "UBSAN_", "MSAN_")
# What the HDF5 library would follow.
POISON = {
    "HDF5_DISABLE_VERSION_CHECK": "2", "HDF5_USE_FILE_LOCKING": "nonsense", "HDF5_EXTFILE_PREFIX": "/nowhere",
    "HDF5_VDS_PREFIX": "/nowhere", "HDF5_EXT_PREFIX": "/nowhere", "HDF5_DEBUG": "trace,all", "HDF5_DRIVER": "core",
    "HDF5_VOL_CONNECTOR": "nonsense", "ZSTD_CLEVEL": "19", "ZSTD_NBTHREADS": "7", "OMP_NUM_THREADS": "3",
    "OPENBLAS_NUM_THREADS": "3",
    "http_proxy": "http://localhost:1", "https_proxy": "http://localhost:1", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE",
    "TZ": "Asia/Tokyo",
}


class Environment(FocusCase):
    variables: dict = {}

    @property
    def environment(self):
        return {**super().environment, **self.variables}

    def commands(self, number: int):
        """A command of each kind, with results in a folder of their own."""
        results = self.folder / str(number)
        results.mkdir()
        text = FIXTURES / "corpus" / "documents.txt"
        yield "inspect", FIXTURES / "hdf5" / "filters.h5", "--stats"
        yield "inspect", FIXTURES / "hdf5" / "external-storage.h5"
        yield "inspect", FIXTURES / "hdf5" / "lzf.h5", "--isolated"
        yield "verify", FIXTURES / "hdf5" / "keras-model.h5"
        yield "diff", FIXTURES / "numpy" / "deflated.npz", FIXTURES / "numpy" / "deflated.npz"
        yield "convert", FIXTURES / "hdf5" / "outside.h5", results / "a.npz", *(
            option for name in ("one", "all", "stored", "virtual") for option in ("--allow-external", name))
        yield "convert", FIXTURES / "safetensors" / "small.safetensors", results / "b.h5", "--compression", "zstd"
        yield "tokenize", "--tokenizer", TOKENIZER, text
        yield ("train-auxiliary", "--tokenizer", TOKENIZER, "--corpus", text, "--output", results / "c.bin",
               "--dimension", "8", "--min-count", "1")
        yield "formats",

    def run_all(self, number: int):
        answers = []
        for command in self.commands(number):
            outcome = self.focus(*command)
            answers.append((command[0], outcome.code, outcome.output.replace(f"/{number}/", "/N/")))
        results = {path.name: path.read_bytes() for path in (self.folder / str(number)).iterdir()}
        return answers, results

    def test_nothing_else_is_asked_for(self):
        if SANITIZED:
            return  # The sanitizer's library must come first.
        log = self.base / "log"
        self.variables = {"SPY": str(log), "LD_PRELOAD": str(compiled(HERE / "spy.c", self.base / "spy.so",
                                                                      "-fvisibility=default"))}
        self.run_all(1)
        self.focus("--help")
        asked = {line.split(" ", 1)[1] for line in log.read_text().splitlines() if line.startswith("variable ")}
        self.assertIn("FOCUS_PLUGIN_PATH", asked, "the spy sees nothing")
        others = {name for name in asked - DOCUMENTED - LAYOUT if not name.startswith(LOADING)}
        # The HDF5 library asks for its own, which are taken away before.
        self.assertEqual({name for name in others if not name.startswith("HDF5_")}, set())
        self.assertNotIn("connection", log.read_text())

    def test_nothing_that_libraries_know_changes_anything(self):
        marker = self.base / "loaded"
        (self.base / "evil.c").write_text(
            "#include <stdio.h>\n__attribute__((constructor)) static void load(void) "
            f'{{ fclose(fopen("{marker}", "w")); }}\n')
        plugins = self.base / "plugins"
        plugins.mkdir()
        compiled(self.base / "evil.c", plugins / "libevil.so")
        plain = self.run_all(1)
        self.variables = {**POISON, "HDF5_PLUGIN_PATH": str(plugins), "HDF5_PLUGIN_PRELOAD": "evil"}
        self.assertEqual(self.run_all(2), plain)
        self.assertFalse(marker.exists(), "a plug-in of the HDF5 library was loaded")
        self.assertEqual({*plain[1]}, {"a.npz", "b.h5", "c.bin"})

    def test_libhdf5_is_loaded_for_hdf5_alone(self):
        def loaded(*command):
            log = self.base / "spied"
            self.variables = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(log)}
            self.assertEqual(self.focus(*command).code, 0)
            said = "".join(path.read_text(errors="replace") for path in self.base.glob("spied.*"))
            for path in self.base.glob("spied.*"):
                path.unlink()
            return "libhdf5" in said

        self.assertTrue(loaded("inspect", FIXTURES / "hdf5" / "filters.h5"))
        self.assertFalse(loaded("inspect", FIXTURES / "safetensors" / "small.safetensors"))
        self.assertFalse(loaded("convert", FIXTURES / "safetensors" / "small.safetensors", self.folder / "a.npz"))
