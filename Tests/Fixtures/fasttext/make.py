#!/usr/bin/env python3
"""Makes the models of this folder with the fasttext Python package (0.9.3), from a made-up text, and what it says of them.

tokens.txt.gz       300 documents of tokens between spaces
cbow.bin.gz         continuous bag of words, n-grams of 3 to 6, 500 rows for them: dim 10, epoch 3, minCount 3, neg 10, thread 1
short-ngrams.bin.gz the same with n-grams of 1 to 2; no-ngrams.bin.gz: with none; labels.bin.gz: supervised, with labels
quantized.ftz.gz, pruned.ftz.gz   quantized supervised models
NAME.vectors.gz     for each model but the last two: a word a line, its UTF-8 in hexadecimal, 1 if it is in the dictionary, then the
                    bits of get_word_vector(word), hexadecimal
cbow.words.gz       the dictionary, a word a line
odd.vec.gz, odd.vectors.gz   a text file of vectors with odd words, and the bits of its numbers as numpy rounds them
"""
import gzip, os, pathlib, random, sys, tempfile

# The package leaves most rows of a matrix as it finds them in memory: zeros from the system if the matrix is large, anything if it is
# small. With this setting all memory is found zeroed.
if os.environ.get("MALLOC_PERTURB_") != "255":
    os.execve(sys.executable, [sys.executable] + sys.argv, os.environ | {"MALLOC_PERTURB_": "255"})

import fasttext
import numpy as np

here = pathlib.Path(__file__).resolve().parent
random.seed(7)
syllables = "ba de fi go lu mä nö rü ßa тов дом 日 本 語 é e\u0301 🙂 th sch ij".split()
words = ["▁" + "".join(random.choices(syllables, k=random.randint(1, 4))) for _ in range(260)]
words += ["".join(random.choices(syllables, k=random.randint(1, 2))) for _ in range(60)]
words += [",", ".", "▁", "<0x0A>", "a\u00a0b", "\u3000", "<", ">", "<>", "x"]
words = list(dict.fromkeys(words))
weights = [1 / (rank + 3) for rank in range(len(words))]
random.shuffle(words)
lines = [" ".join(random.choices(words, weights, k=random.choice([0, 1, 5, 20, 40]))) for _ in range(300)]
text = "".join(line + "\n" for line in lines)

def write(name, data):
    (here / name).write_bytes(gzip.compress(data, mtime=0))

def bits(vector):
    return " ".join(f"{b:08x}" for b in np.asarray(vector, dtype=np.float32).view(np.uint32))

unknown = ["", "</s>", "a", "ab", "abc", "unbekannt", "Größe", "日本語日本語", "🙂🙂🙂🙂", "<>", "<a>", "naïve\u0301", "▁▁▁", "x" * 70, "a b", "\u00a0"]

def describe(name, model):
    known = set(model.words)
    asked = list(dict.fromkeys(random.sample(sorted(known), 40) + words[:20] + unknown))
    write(name + ".vectors.gz", "".join(
        f"{w.encode().hex() or '-'} {int(w in known)} {bits(model.get_word_vector(w))}\n" for w in asked).encode())

with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    (folder / "tokens.txt").write_text(text, encoding="utf-8")
    (folder / "labels.txt").write_text(
        "".join(f"__label__{i % 3} {line}\n" for i, line in enumerate(lines)), encoding="utf-8")
    write("tokens.txt.gz", text.encode())
    common = dict(dim=10, thread=1, verbose=0)
    for name, more in [("cbow", dict(bucket=500)), ("short-ngrams", dict(bucket=100, minn=1, maxn=2)),
                       ("no-ngrams", dict(bucket=5, minn=0, maxn=0))]:
        model = fasttext.train_unsupervised(
            str(folder / "tokens.txt"), model="cbow", epoch=3, minCount=3, neg=10, **common, **more)
        model.save_model(str(folder / "model"))
        write(name + ".bin.gz", (folder / "model").read_bytes())
        describe(name, model)
        if name == "cbow":
            write("cbow.words.gz", "".join(word + "\n" for word in model.words).encode())
    model = fasttext.train_supervised(str(folder / "labels.txt"), epoch=2, minCount=3, minn=2, maxn=3, bucket=50, **common)
    model.save_model(str(folder / "model"))
    write("labels.bin.gz", (folder / "model").read_bytes())
    describe("labels", model)
    for name, more in [("quantized", {}), ("pruned", dict(cutoff=400))]:
        model = fasttext.train_supervised(str(folder / "labels.txt"), epoch=2, minCount=1, minn=2, maxn=3, bucket=600, **common)
        model.quantize(input=str(folder / "labels.txt"), **more)
        model.save_model(str(folder / "model"))
        write(name + ".ftz.gz", (folder / "model").read_bytes())

odd = ["the", "a\u00a0b", "\u3000", "e\u0301", "é", "123", "🙂", "", "-0.5", "the"]
numbers = [["-0.0123", "0.1", "1e-05"], ["5", "-7.25", "0.333333333333"], ["1e10", "-1E-3", "+2.5"],
           ["16777217", "0.000000000000123", "340282350000000000000000000000000000000"], ["0", "-0.0", ".5"],
           ["123456.789", "-0.1234567890123", "3."], ["1.17549435e-38", "1e-45", "0.30000001192092896"],
           ["1", "2", "3"], ["4", "5", "6"], ["9", "9", "9"]]
write("odd.vec.gz", (f"{len(odd)} 3\n" + "\n".join(
    w + " " + " ".join(n) + (" " if i % 2 else "") for i, (w, n) in enumerate(zip(odd, numbers)))).encode())
write("odd.vectors.gz", "".join(
    f"{w.encode().hex() or '-'} 1 {bits([np.float32(x) for x in n])}\n" for w, n in list(zip(odd, numbers))[:-1]).encode())
