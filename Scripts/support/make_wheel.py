"""usage: make_wheel.py PREFIX DIST

Puts the Python package of Python/swiftfocus and what package_prefix.py laid out in PREFIX into a wheel in the folder
DIST, for every Python from 3.9 on. auditwheel brings the libraries along that a machine need not have, and says which
machines it is for.
"""

import base64
import hashlib
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import zipfile

from package_prefix import HERE, ROOT, run, version

# The description's links lead to files of the source; the rest of the metadata is here.
METADATA = """\
Metadata-Version: 2.1
Name: swiftfocus
Version: {version}
Summary: Gives a pretrained model a new vocabulary: FOCUS and what came after it
License: Apache-2.0
Keywords: vocabulary,tokenizer,embeddings,transformers,language adaptation,FOCUS,safetensors
Requires-Python: >=3.9
Description-Content-Type: text/markdown
Classifier: Development Status :: 4 - Beta
Classifier: Environment :: Console
Classifier: Intended Audience :: Science/Research
Classifier: License :: OSI Approved :: Apache Software License
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3 :: Only
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Classifier: Topic :: Text Processing :: Linguistic
Classifier: Typing :: Typed
{licences}
{description}"""


def package_files(prefix: pathlib.Path) -> dict[str, bytes]:
    """What is imported, and the part of the prefix that it uses."""
    files = {f"swiftfocus/{path.relative_to(ROOT / 'Python/swiftfocus')}": path.read_bytes()
             for path in sorted((ROOT / "Python/swiftfocus").rglob("*"))
             if path.is_file() and path.suffix in (".py", ".pyi", ".typed")}
    for part in ("bin", "lib", "include"):
        for path in sorted((prefix / part).rglob("*")):
            if path.is_file():
                files[f"swiftfocus/{path.relative_to(prefix)}"] = path.read_bytes()
    return files


def licences(prefix: pathlib.Path) -> dict[str, bytes]:
    """Those of the prefix, and those of the libraries that auditwheel will bring along, from their Debian packages."""
    found = {path.name: path.read_bytes() for path in (prefix / "share/doc/focus").iterdir()}
    listed = "".join(run("ldd", path) for path in sorted((prefix / "lib").rglob("*.so")))
    for library in sorted(set(re.findall(r"=> (/\S+)", listed))):
        real = pathlib.Path(library).resolve()
        owner = run("dpkg-query", "-S", f"*/{real.name}").split(":")[0]
        # These are the machine's own: see auditwheel's list.
        if owner not in ("libc6", "libgcc-s1", "libstdc++6", "zlib1g"):
            found[f"{owner}.txt"] = pathlib.Path(f"/usr/share/doc/{owner}/copyright").read_bytes()
    return found


def contents(prefix: pathlib.Path) -> dict[str, bytes]:
    files = package_files(prefix)
    name, info = f"swiftfocus-{version()}", f"swiftfocus-{version()}.dist-info"
    script = (HERE / "focus.sh").read_text().replace("VERSION", version())
    files[f"{name}.data/scripts/focus"] = script.encode()
    for path in sorted((prefix / "share").rglob("*")):
        if path.is_file() and "doc" not in path.parts:
            files[f"{name}.data/data/{path.relative_to(prefix)}"] = path.read_bytes()
    texts = licences(prefix)
    for text, data in sorted(texts.items()):
        files[f"{info}/licenses/{text}"] = data
    description = (ROOT / "README.md").read_text()
    files[f"{info}/METADATA"] = METADATA.format(
        version=version(), description=description,
        licences="".join(f"License-File: {text}\n" for text in sorted(texts))).encode()
    files[f"{info}/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: Scripts/package\nRoot-Is-Purelib: false\n"
                              f"Tag: py3-none-linux_{os.uname().machine}\n").encode()
    return files


def write(files: dict[str, bytes], path: pathlib.Path) -> None:
    """Writes the archive, the same bytes for the same files."""
    record = next(name for name in files if name.endswith("/WHEEL")).replace("/WHEEL", "/RECORD")
    lines = []
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in [*sorted(files.items()), (record, "".join([*lines, f"{record},,\n"]).encode())]:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            runs = name.endswith((".so", "/bin/focus", "/scripts/focus"))
            entry.external_attr = (stat.S_IFREG | (0o755 if runs else 0o644)) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 1)


def main(prefix: pathlib.Path, dist: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder)
        plain = made / f"swiftfocus-{version()}-py3-none-linux_{os.uname().machine}.whl"
        write(contents(prefix), plain)
        done = subprocess.run(["auditwheel", "repair", "--lib-sdir", "/lib/focus", "--zip-compression-level", "9",
                               "--wheel-dir", str(made / "dist"), str(plain)], capture_output=True, text=True,
                              env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"})
        if done.returncode != 0:
            sys.exit("package: error: auditwheel: " + (done.stderr or done.stdout).strip().splitlines()[-1])
        dist.mkdir(exist_ok=True)
        for old in dist.glob("swiftfocus-*.whl"):
            old.unlink()
        for wheel in (made / "dist").iterdir():
            (dist / wheel.name).write_bytes(wheel.read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
