"""Vectors of the words of a text, by fastText, as plain numbers in single precision, row after row.

usage: word_vectors.py words DIMENSION CORPUS (FILE COUNT)...
       word_vectors.py random DIMENSION FILE COUNT

words: for each file the vectors of the COUNT most frequent words, or as many as there are, shuffled.
random: COUNT vectors of normally distributed numbers, of which none are alike.
"""

import pathlib
import random
import sys

import numpy


def written(rows: numpy.ndarray, path: str) -> None:
    """A file that has its name is whole."""
    half = pathlib.Path(path + ".half")
    rows.astype("<f4").tofile(half)
    half.rename(path)


def words(dimension: int, corpus: str, *outputs: str) -> None:
    import fasttext
    model = fasttext.train_unsupervised(corpus, model="cbow", dim=dimension, epoch=5, minCount=1, bucket=100_000,
                                         verbose=0)
    known = [word for word in model.get_words() if word != "</s>"]  # the most frequent first
    for path, count in zip(outputs[::2], outputs[1::2]):
        chosen = known[:int(count)]
        random.Random(42).shuffle(chosen)
        written(numpy.stack([model.get_word_vector(word) for word in chosen]), path)


def main() -> None:
    kind, dimension, *arguments = sys.argv[1:] if len(sys.argv) > 4 else ("", "0")
    if kind == "words":
        words(int(dimension), *arguments)
    elif kind == "random":
        file, count = arguments
        written(numpy.random.default_rng(42).standard_normal((int(count), int(dimension)), dtype="f4"), file)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
