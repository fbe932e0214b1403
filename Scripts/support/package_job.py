"""usage: package_job.py inputs FIXTURES FOLDER
       package_job.py module FOLDER

What is tried with a package that was installed, with Python's own library alone. inputs: makes FOLDER, with a small
checkpoint, a tokenizer, a text, and a file of each plug-in, for package_job.sh, which runs the command. module: runs
the same in this process with the module swiftfocus, after that, and compares the bytes.
"""

import array
import gzip
import json
import pathlib
import random
import shutil
import struct
import sys

WIDTH = 8
TABLE, BIAS = "embeddings.word_embeddings.weight", "cls.predictions.bias"


def unpack(source: pathlib.Path, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True)
    for path in source.iterdir():
        data = path.read_bytes()
        if path.suffix == ".gz":
            (folder / path.stem).write_bytes(gzip.decompress(data))
        else:
            (folder / path.name).write_bytes(data)


def inputs(fixtures: pathlib.Path, folder: pathlib.Path) -> None:
    model = folder / "model"
    unpack(fixtures / "golden/tokenizers/source", model)
    unpack(fixtures / "golden/tokenizers/target-unigram", folder / "tokenizer")
    rows = len(json.loads((model / "tokenizer.json").read_text())["model"]["vocab"])
    draw = random.Random(7)
    sizes = {TABLE: [rows, WIDTH], BIAS: [rows]}
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, shape in sizes.items():
        values = array.array("f", (draw.gauss(0, 1) for _ in range(shape[0] * (shape[1:] or [1])[0])))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + 4 * len(values)]}
        data += values.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (model / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    config = {"model_type": "bert", "vocab_size": rows, "hidden_size": WIDTH}
    (model / "config.json").write_text(json.dumps(config))
    words = "der Hund und die Katze gehen heute in den Wald weil es dort kühler ist als in der Stadt".split()
    lines = (" ".join(words[line * step % len(words)] for step in range(1, 9)) for line in range(4000))
    (folder / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copyfile(fixtures / "pytorch/protocol-5.pt", folder / "plugin.pt")
    shutil.copyfile(fixtures / "gguf/plain.gguf", folder / "plugin.gguf")


def module(folder: pathlib.Path) -> None:
    import swiftfocus
    from swiftfocus.compat import FOCUS

    result = folder / "result-module"
    swiftfocus.specialize(folder / "model", folder / "tokenizer", result, corpus=folder / "text.txt", no_measure=True,
                          no_cache=True)
    wanted = (folder / "result/model.safetensors").read_bytes()
    assert (result / "model.safetensors").read_bytes() == wanted, "module and command wrote different bytes"
    swiftfocus.verify(result)
    for name in ("plugin.pt", "plugin.gguf"):
        assert swiftfocus.inspect(folder / name), f"{name} cannot be read in this process"
    rows = json.loads((folder / "model/config.json").read_text())["vocab_size"]
    table = memoryview(array.array("f", range(WIDTH * rows))).cast("B").cast("f", (rows, WIDTH))
    made = FOCUS(folder / "tokenizer", folder / "model", table, target_training_data_path=str(folder / "text.txt"),
                 verbosity="silent")
    assert made.shape[1] == WIDTH, made.shape
    print(f"module swiftfocus {swiftfocus.__version__} on Python {sys.version.split()[0]}: the command's bytes, "
          f"{made.shape[0]} rows by deepfocus.FOCUS's counterpart")


if __name__ == "__main__":
    if sys.argv[1:2] == ["inputs"] and len(sys.argv) == 4:
        inputs(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    elif sys.argv[1:2] == ["module"] and len(sys.argv) == 3:
        module(pathlib.Path(sys.argv[2]).resolve())
    else:
        sys.exit(__doc__)
