"""usage: package_prefix.py BUILD PREFIX

Links what was built in the folder BUILD once more, for machines without Swift, and lays it out below PREFIX as it will
be installed:

    bin/focus                        a few lines that call the library
    lib/libswiftfocus.so             everything, the Swift runtime included
    lib/focus/plugins/lib*.so        plug-ins, each with the Swift runtime
    include/focus.h, focus_tensors.h
    share/man/man1, share/bash-completion, share/zsh, share/fish
    share/doc/focus                  licences of what is inside

Only what a C interface promises is visible in the libraries: two Swift runtimes in one process do not meet.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import manual_pages

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "Scripts/support/packaging"
HEADERS = sorted((ROOT / "Sources/CFocus/include").glob("*.h"))
PLUGINS = (ROOT / "Scripts/support/plugins.txt").read_text().split()
# What FoundationEssentials, which the argument parser uses, does not say that it needs.
UNSAID = ("-l_FoundationCShims", "-l_FoundationCollections")


def version() -> str:
    text = (ROOT / "Sources/FocusTool/Commands/FocusTool.swift").read_text()
    return re.search(r'version: "([\d.]+)"', text)[1]


def run(*command) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        sys.exit(f"package: error: {command[0]}: " + "\n".join(said[-10:] or [f"exit code {done.returncode}"]))
    return done.stdout


def toolchain() -> pathlib.Path:
    """The folder with bin, lib and share of the Swift toolchain."""
    return pathlib.Path(run("swift", "-print-target-info").split('"runtimeResourcePath": "')[1].split('"')[0]) \
        .resolve().parent.parent


def link(build: pathlib.Path, product: str, made: pathlib.Path, visible: list[str], more: list) -> None:
    """Links the objects of a product as a shared library in which `visible` alone can be seen."""
    script = made.with_suffix(".map")
    script.write_text("{ global: " + " ".join(f"{name};" for name in visible) + " local: *; };\n")
    options = ["--version-script=" + str(script), "--gc-sections", "--strip-all", "--as-needed", "-soname=" + made.name]
    run("swiftc", "-emit-library", "-static-stdlib", "-use-ld=lld", "-o", made,
        "@" + str(build / f"{product}.product/Objects.LinkFileList"), *more,
        *(word for option in options for word in ("-Xlinker", option)), "-Xlinker", "-z", "-Xlinker", "defs")
    script.unlink()


def link_all(build: pathlib.Path, prefix: pathlib.Path) -> None:
    library, plugins = prefix / "lib", prefix / "lib/focus/plugins"
    plugins.mkdir(parents=True)
    (prefix / "bin").mkdir()
    glibc = prefix / "glibc.o"
    run(toolchain() / "bin/clang", "-O2", "-fPIC", "-c", HERE / "glibc.c", "-o", glibc)
    main = build / "FocusMain.build/main.swift.o"
    functions = [name for header in HEADERS for name in re.findall(r"\b(focus_\w+)\(", header.read_text())]
    link(build, "swiftfocus", library / "libswiftfocus.so", [*functions, "FocusMain_main"], [main, glibc, *UNSAID])
    for name in PLUGINS:
        link(build, name, plugins / f"lib{name}.so", ["focus_plugin_entry"], [glibc])
    run(toolchain() / "bin/clang", "-O2", HERE / "program.c", "-o", prefix / "bin/focus", "-L", library, "-lswiftfocus",
        "-Wl,--strip-all", "-Wl,-rpath,$ORIGIN/../lib")
    glibc.unlink()


def completions(prefix: pathlib.Path) -> None:
    for shell, place in (("bash", "bash-completion/completions/focus"), ("zsh", "zsh/site-functions/_focus"),
                         ("fish", "fish/vendor_completions.d/focus.fish")):
        path = prefix / "share" / place
        path.parent.mkdir(parents=True)
        text = run(prefix / "bin/focus", "--generate-completion-script", shell)
        path.write_text(text.split("\n", 1)[1] if text.startswith("#!") else text)


def licences(build: pathlib.Path, folder: pathlib.Path) -> None:
    """What is linked into the libraries: ours, Swift's, and those of the packages that Package.swift names."""
    folder.mkdir(parents=True)
    found = {"LICENSE": ROOT / "LICENSE", "swift.txt": toolchain() / "share/swift/LICENSE.txt"}
    for name in ("swift-argument-parser", "swift-system"):
        found[f"{name}.txt"] = next(parent / "checkouts" / name / "LICENSE.txt" for parent in build.parents
                                    if (parent / "checkouts" / name).is_dir())
    for name, path in found.items():
        shutil.copyfile(path, folder / name)


def main(build: pathlib.Path, prefix: pathlib.Path) -> None:
    link_all(build.resolve(), prefix)
    (prefix / "include").mkdir()
    for header in HEADERS:
        shutil.copyfile(header, prefix / "include" / header.name)
    manual_pages.write(prefix / "bin/focus", prefix / "share/man/man1")
    completions(prefix)
    licences(build.resolve(), prefix / "share/doc/focus")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
