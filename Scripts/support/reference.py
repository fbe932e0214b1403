"""One run of one thing by the other packages, in a process of its own; prints its time as JSON.

usage: reference.py vectors SOURCE TOKENIZER MODEL.bin
       reference.py python SOURCE TOKENIZER MODEL.bin     (the same call of swiftfocus.compat.FOCUS)
       reference.py whole SOURCE TOKENIZER CORPUS THREADS
       reference.py tokenize TOKENIZER CORPUS             (threads: RAYON_NUM_THREADS)
       reference.py train TOKENIZER CORPUS MODEL.bin      (the auxiliary model, with the reference's defaults)
       reference.py cut TOKENIZER CORPUS TOKENS           (the corpus as tokens between spaces, for the next one)
       reference.py learn TOKENS THREADS                  (fastText alone, with the reference's defaults)
"""

import json
import os
import pathlib
import sys
import tempfile
import time

stages: dict[str, float] = {}


def timed(name: str, function):
    def run(*arguments, **options):
        start = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            stages[name] = stages.get(name, 0) + time.perf_counter() - start
    return run


def source_embeddings(folder: str):
    from safetensors import safe_open
    with safe_open(os.path.join(folder, "model.safetensors"), "pt") as file:
        return file.get_tensor("embeddings.word_embeddings.weight")


def specialise(source: str, tokenizer: str, **options) -> None:
    """The reference's FOCUS(). Loading its inputs and writing a checkpoint is not counted."""
    cache = tempfile.TemporaryDirectory()  # where it keeps tokenised text and models: nothing from earlier
    os.environ["XDG_CACHE_HOME"] = cache.name
    import deepfocus
    import deepfocus.fasttext_embs
    import deepfocus.focus
    import fasttext
    from judge_transformers import load_tokenizer
    fasttext.load_model = timed("files", fasttext.load_model)
    deepfocus.fasttext_embs.fasttext.train_unsupervised = timed("train", fasttext.train_unsupervised)
    deepfocus.focus.get_overlapping_tokens = timed("overlap", deepfocus.focus.get_overlapping_tokens)
    old, new = (load_tokenizer(pathlib.Path(path)) for path in (source, tokenizer))
    timed("all", deepfocus.FOCUS)(target_tokenizer=new, source_tokenizer=old,
                                  source_embeddings=source_embeddings(source),
                                  verbosity="silent", **options)
    cache.cleanup()


def specialise_here(source: str, tokenizer: str, model: str) -> None:
    """The same call of the Python package in the reference's place; its files are all that comes before the overlap."""
    import swiftfocus
    from judge_transformers import load_tokenizer
    from swiftfocus.compat import FOCUS
    swiftfocus._calls._PAUSE = 0.001
    assert swiftfocus.__version__  # the library is loaded now
    old, new = (load_tokenizer(pathlib.Path(path)) for path in (source, tokenizer))
    embeddings = source_embeddings(source)
    begun: list[float] = []

    def progress(stage: str, *_) -> None:
        if not begun and stage not in ("open checkpoint", "load tokenizers and vectors"):
            begun.append(time.perf_counter())

    start = time.perf_counter()
    timed("all", FOCUS)(target_tokenizer=new, source_tokenizer=old, source_embeddings=embeddings,
                        fasttext_model_path=model, verbosity="silent", progress=progress)
    stages["files"] = begun[0] - start


def tokenize(tokenizer: str, corpus: str) -> None:
    from tokenizers import Tokenizer
    encoder = timed("files", Tokenizer.from_file)(os.path.join(tokenizer, "tokenizer.json"))
    with open(corpus, encoding="utf-8") as file:
        lines = file.read().split("\n")
    encode = timed("all", encoder.encode_batch)
    for start in range(0, len(lines), 20_000):
        encode(lines[start:start + 20_000], add_special_tokens=False)


def cut(tokenizer: str, corpus: str, tokens: str) -> None:
    from tokenizers import Tokenizer
    encoder = Tokenizer.from_file(os.path.join(tokenizer, "tokenizer.json"))
    with open(corpus, encoding="utf-8") as file, open(tokens, "w", encoding="utf-8") as output:
        for encoding in encoder.encode_batch(file.read().splitlines(), add_special_tokens=False):
            output.write(" ".join(encoding.tokens) + "\n")


def learn(tokens: str, threads: int):
    import fasttext
    return timed("all", fasttext.train_unsupervised)(
        tokens, model="cbow", dim=100, epoch=3, minCount=10, neg=10, thread=threads, verbose=0)


def train(tokenizer: str, corpus: str, model: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as tokens:
        cut(tokenizer, corpus, tokens.name)
        learn(tokens.name, 1).save_model(model)


def main() -> None:
    kind, *arguments = sys.argv[1:] or [""]
    if kind == "vectors":
        source, tokenizer, model = arguments
        specialise(source, tokenizer, fasttext_model_path=model)
    elif kind == "python":
        specialise_here(*arguments)
    elif kind == "whole":
        source, tokenizer, corpus, threads = arguments
        specialise(source, tokenizer, target_training_data_path=corpus, processes=int(threads))
    elif kind == "tokenize":
        tokenize(*arguments)
    elif kind == "train":
        train(*arguments)
    elif kind == "cut":
        timed("all", cut)(*arguments)
    elif kind == "learn":
        tokens, threads = arguments
        learn(tokens, int(threads))
    else:
        sys.exit(__doc__)
    print(json.dumps(stages))


if __name__ == "__main__":
    main()
