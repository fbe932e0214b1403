"""usage: make_archives.py deb PREFIX DIST
       make_archives.py tar WHEEL DIST

deb: a Debian package of what package_prefix.py laid out in PREFIX; it uses Debian's libraries.
tar: what is in a wheel without its Python, to be unpacked anywhere; it brings its libraries along.
"""

import gzip
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from package_prefix import run, version

TIME = 1767225600
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: focus
Comment: Linked into the libraries are the Swift runtime, swift-argument-parser and swift-system.

Files: *
Copyright: the authors of focus
License: Apache-2.0

Files: usr/lib/libswiftfocus.so usr/lib/focus/plugins/*
Copyright: the authors of focus; Apple Inc. and the Swift project authors
License: Apache-2.0 and Apache-2.0-with-Swift-exception

License: Apache-2.0
 The text is in /usr/share/common-licenses/Apache-2.0.

License: Apache-2.0-with-Swift-exception
 The text is in /usr/share/common-licenses/Apache-2.0. As an exception, if you use this Software to compile your source
 code and portions of this Software are embedded into the binary product as a result, you may redistribute such product
 without providing attribution as would otherwise be required by Sections 4(a), 4(b) and 4(d) of the License.
"""
CONTROL = """\
Package: swiftfocus
Version: {version}-1
Architecture: {architecture}
Maintainer: The focus maintainers <focus@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: libhdf5-103-1
Section: science
Priority: optional
Description: gives a pretrained language model a new vocabulary
 A multilingual checkpoint and a tokenizer for one language go in; a checkpoint
 comes out whose embeddings, output layer and vocabulary biases fit that
 tokenizer. By FOCUS (EMNLP 2023) and by methods that came after it.
 .
 Has the command focus with its plug-ins for PyTorch and GGUF, and
 libswiftfocus.so with focus.h for programs.
"""
CHANGES = """\
swiftfocus ({version}-1) bookworm; urgency=medium

  * What is new is in CHANGELOG.md of the source.

 -- The focus maintainers <focus@localhost>  Thu, 01 Jan 2026 00:00:00 +0000
"""
# Where Debian wants what the prefix has elsewhere.
MOVED = {"share/zsh/site-functions": "share/zsh/vendor-completions"}


def written(path: pathlib.Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def packed(data: bytes) -> bytes:
    made = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=made, compresslevel=9, mtime=0) as stream:
        stream.write(data)
    return made.getvalue()


def dependencies(root: pathlib.Path) -> str:
    """The Debian packages of the libraries that those in `root` use."""
    (root / "debian").mkdir()
    (root / "debian/control").write_text("Source: swiftfocus\n\nPackage: swiftfocus\nArchitecture: any\n")
    files = [str(path) for path in [root / "usr/bin/focus", *(root / "usr/lib").rglob("*.so")]]
    done = subprocess.run(["dpkg-shlibdeps", "-O", "--ignore-missing-info", f"-l{root}/usr/lib", *files], cwd=root,
                          capture_output=True, text=True)
    shutil.rmtree(root / "debian")
    if done.returncode != 0:
        sys.exit("package: error: dpkg-shlibdeps: " + done.stderr.strip().splitlines()[-1])
    return done.stdout.split("shlibs:Depends=")[1].strip()


def make_deb(prefix: pathlib.Path, dist: pathlib.Path, folder: pathlib.Path) -> None:
    root = folder / "root"
    for path in sorted(path for path in prefix.rglob("*") if path.is_file()):
        name = str(path.relative_to(prefix))
        if name.startswith("share/doc/"):
            continue
        for old, new in MOVED.items():
            name = name.replace(old, new)
        manual = name.startswith("share/man/")
        target = root / "usr" / (name + ".gz" if manual else name)
        written(target, packed(path.read_bytes()) if manual else path.read_bytes())
        # Debian's libraries are not executable; the loader does not mind.
        target.chmod(0o755 if name.startswith("bin/") else 0o644)
    documents = root / "usr/share/doc/swiftfocus"
    written(documents / "copyright", COPYRIGHT.encode())
    written(documents / "changelog.Debian.gz", packed(CHANGES.format(version=version()).encode()))
    architecture = run("dpkg", "--print-architecture").strip()
    depends = dependencies(root)
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024 + 1
    written(root / "DEBIAN/control", CONTROL.format(
        version=version(), architecture=architecture, depends=depends, size=size).encode())
    written(root / "DEBIAN/triggers", b"activate-noawait ldconfig\n")
    for path in [root, *root.rglob("*")]:
        os.utime(path, (TIME, TIME))
        if path.is_dir():
            path.chmod(0o755)
    made = dist / f"swiftfocus_{version()}-1_{architecture}.deb"
    os.environ["SOURCE_DATE_EPOCH"] = str(TIME)
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, made)


def make_tar(wheel: pathlib.Path, dist: pathlib.Path) -> None:
    top = f"focus-{version()}-linux-{os.uname().machine}"
    made = dist / f"{top}.tar.gz"
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if name.endswith("/"):
                continue
            if parts[0] == "swiftfocus" and parts[1] in ("bin", "lib", "include"):
                files["/".join(parts[1:])] = archive.read(name)
            elif parts[0].endswith(".data") and parts[1] == "data":
                files["/".join(parts[2:])] = archive.read(name)
            elif parts[0].endswith(".dist-info") and parts[1] == "licenses":
                files[f"share/doc/focus/{parts[2]}"] = archive.read(name)
    with open(made, "wb") as stream, gzip.GzipFile("", "wb", 9, stream, TIME) as packed_stream, \
            tarfile.open(mode="w", fileobj=packed_stream) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mtime, entry.mode = len(data), TIME, 0o755 if name == "bin/focus" else 0o644
            archive.addfile(entry, io.BytesIO(data))


def main(kind: str, source: pathlib.Path, dist: pathlib.Path) -> None:
    dist.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if kind == "deb":
            make_deb(source, dist, pathlib.Path(folder))
        else:
            make_tar(source, dist)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("deb", "tar"):
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
