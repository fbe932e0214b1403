"""What a new vocabulary costs, without any training: how many sentences still find their translation.

For each method, `focus specialize` writes a checkpoint. Sentences of the language are encoded with it, their English
translations with the original one: mean pooling over the tokens of 'query: ' and the sentence, as multilingual-e5 asks
for. Counted is how often the nearest of 500 translations is the right one, in both directions, for the first and the
second 500 pairs. Fidelity is the mean cosine of a sentence's vector and the original model's vector of the same
sentence: it needs no translations, and ranks methods as retrieval does. For causal models bits per byte are measured.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys

import numpy as np
import tokenizers
import torch
import transformers
from judge_transformers import load_tokenizer
from quality_of_decoders import VARIANTS, bits_per_byte, is_causal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# A method, and options that go with it.
METHODS = ["focus", "pieces", "focus+pieces", "pieces+states", "focus+pieces+states",
           "focus+pieces+states --prompt query:"]
HALF = 500
# Sentences of each half of the pairs that a causal model reads.
READ = 100


def run(*command) -> None:
    done = subprocess.run(list(map(str, command)), cwd=ROOT)
    if done.returncode:
        sys.exit(f"quality: error: {' '.join(map(str, command))} ended with exit code {done.returncode}")


# What goes in -------------------------------------------------------------------------------------------------------

def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))


def held_out_corpus(source: pathlib.Path, pairs: list[list[str]], destination: pathlib.Path) -> pathlib.Path:
    """The corpus without the sentences that are to be found later."""
    held_out = {letters(pair[0]) for pair in pairs}
    with open(source, encoding="utf-8") as lines, open(destination, "w", encoding="utf-8") as output:
        output.writelines(line for line in lines if letters(line) not in held_out)
    return destination


def trained_tokenizer(corpus: pathlib.Path, size: int, folder: pathlib.Path) -> pathlib.Path:
    """A Unigram tokenizer with the special tokens of XLM-R."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram())
    tokenizer.normalizer = tokenizers.normalizers.Sequence([
        tokenizers.normalizers.NFKC(), tokenizers.normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    tokenizer.decoder = tokenizers.decoders.Metaspace()
    trainer = tokenizers.trainers.UnigramTrainer(vocab_size=size, special_tokens=special, unk_token="<unk>",
                                                 show_progress=False)
    tokenizer.train([str(corpus)], trainer)
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    folder.mkdir(parents=True, exist_ok=True)
    roles = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "eos": "</s>", "sep": "</s>", "unk": "<unk>", "mask": "<mask>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "PreTrainedTokenizerFast", **{f"{role}_token": token for role, token in roles.items()}}))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def unpacked_fixture(name: str, folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "Tests/Fixtures/tokenizers" / name).iterdir():
        if path.suffix == ".gz":
            (folder / path.stem).write_bytes(subprocess.run(["gzip", "-dc", path], stdout=subprocess.PIPE,
                                                            check=True).stdout)
        else:
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


# What is measured ---------------------------------------------------------------------------------------------------

@torch.inference_mode()
def sentence_vectors(model, tokenizer, sentences: list[str]) -> np.ndarray:
    ids = [tokenizer("query: " + sentence, truncation=True, max_length=512)["input_ids"] for sentence in sentences]
    vectors = np.zeros((len(ids), model.config.hidden_size), np.float64)
    shortest_first = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    for start in range(0, len(ids), 32):
        batch = shortest_first[start:start + 32]
        longest = max(len(ids[index]) for index in batch)
        tokens = torch.full((len(batch), longest), tokenizer.pad_token_id)
        mask = torch.zeros(len(batch), longest)
        for row, index in enumerate(batch):
            tokens[row, :len(ids[index])] = torch.tensor(ids[index])
            mask[row, :len(ids[index])] = 1
        states = model(input_ids=tokens, attention_mask=mask.long()).last_hidden_state * mask[:, :, None]
        vectors[batch] = (states.sum(1) / mask.sum(1, keepdim=True)).numpy()
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def checkpoint_vectors(folder: pathlib.Path, sentences: list[str]) -> np.ndarray:
    tokenizer = load_tokenizer(folder)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.unk_token
    return sentence_vectors(transformers.AutoModel.from_pretrained(folder).float().eval(), tokenizer, sentences)


def kept_vectors(folder: pathlib.Path, sentences: list[str], cache: pathlib.Path) -> np.ndarray:
    """The original model's vectors, computed once."""
    name = hashlib.blake2b(json.dumps([str(folder.resolve()), *sentences]).encode(), digest_size=12).hexdigest()
    path = cache / f"vectors-{name}.npy"
    if not path.exists():
        np.save(path, checkpoint_vectors(folder, sentences))
    return np.load(path)


def accuracies(targets: np.ndarray, english: np.ndarray) -> tuple[float, float]:
    cosines = targets @ english.T
    right = np.arange(len(cosines))
    return (cosines.argmax(1) == right).mean(), (cosines.argmax(0) == right).mean()


def table_row(name: str, vectors: np.ndarray, original: np.ndarray, english: np.ndarray) -> str:
    cells = []
    for start in range(0, len(vectors), HALF):
        half = slice(start, start + HALF)
        there, back = accuracies(vectors[half], english[half])
        cells.append(f"{there:.3f} / {back:.3f}")
    fidelity = (vectors * original).sum(1).mean()
    return f"| {name} | {' | '.join(cells)} | {fidelity:.4f} |"


def compare_causal(language: str, checkpoint: pathlib.Path, sentences: list[str], specialize: list,
                   work: pathlib.Path) -> None:
    """Prints the bits per byte of the first and the second half of the pairs, for the original and each variant."""
    halves = [sentences[start:start + READ] for start in range(0, len(sentences), HALF)]
    print(f"| {language} | " + " | ".join(f"pairs {HALF * index + 1} to {HALF * index + len(half)}"
                                          for index, half in enumerate(halves)) + " |")
    print("|---|" + "---|" * len(halves))

    def show(name: str, folder: pathlib.Path) -> None:
        print(f"| {name} | " + " | ".join(f"{bits_per_byte(folder, half):.3f}" for half in halves) + " |", flush=True)

    show("original tokenizer", checkpoint)
    for name, choice in VARIANTS.items():
        result = work / f"{language}-{checkpoint.name}-specialized"
        run(*specialize, *choice, "--output", result)
        show(name, result)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("language", help="its two letters, as in Debian's package names: de, fr, ru, ja ...")
    arguments.add_argument("--checkpoint", type=pathlib.Path,
                           help="multilingual-e5, or a causal model; Scripts/make-e5 makes the first otherwise")
    arguments.add_argument("--tokenizer", type=pathlib.Path,
                           help="otherwise for de the FOCUS paper's (for a causal model a byte-level BPE), else one of "
                                "24,000 Unigram tokens trained on the corpus")
    arguments.add_argument("--corpus", type=pathlib.Path, help="Scripts/make-corpus makes it otherwise")
    arguments.add_argument("--pairs", type=pathlib.Path, help="TARGET<tab>ENGLISH a line; made of LibreOffice's help "
                                                              "otherwise")
    arguments.add_argument("--methods", nargs="+", default=METHODS)
    arguments.add_argument("--focus", default="focus", help="the executable")
    arguments.add_argument("--work", type=pathlib.Path, required=True,
                           help="where everything is put, and found the next time")
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    language, work = options.language, options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)

    checkpoint = options.checkpoint or work / "e5-small"
    if not (checkpoint / "config.json").exists():
        run("Scripts/make-e5", checkpoint)
    pairs_file = options.pairs or work / f"{language}-en.tsv"
    if not pairs_file.exists():
        run("Scripts/make-pairs", language, pairs_file)
    pairs = [line.rstrip("\n").split("\t") for line in open(pairs_file, encoding="utf-8")]
    corpus = options.corpus
    if not corpus:
        whole, corpus = work / f"{language}-whole.txt", work / f"{language}.txt"
        if not corpus.exists():
            run("Scripts/make-corpus", language, whole)
            held_out_corpus(whole, pairs, corpus)
    tokenizer = options.tokenizer or work / f"tokenizer-{language}"
    if not (tokenizer / "tokenizer.json").exists():
        if language == "de":
            unpacked_fixture("de-bpe30k" if is_causal(checkpoint) else "de-paper-xlmr-unigram-50k", tokenizer)
        else:
            trained_tokenizer(corpus, 24_000, tokenizer)

    specialize = [options.focus, "specialize", checkpoint, "--tokenizer", tokenizer, "--corpus", corpus, "--cache",
                  work / "cache", "--overwrite", "--quiet"]
    if is_causal(checkpoint):
        compare_causal(language, checkpoint, [pair[0] for pair in pairs], specialize, work)
        return
    targets, english = ([pair[side] for pair in pairs] for side in (0, 1))
    english_vectors, original = (kept_vectors(checkpoint, side, work) for side in (english, targets))
    halves = [f"{start + 1} to {min(start + HALF, len(pairs))}" for start in range(0, len(pairs), HALF)]
    print(f"| {language} | {' | '.join('pairs ' + half for half in halves)} | fidelity |")
    print("|---|" + "---|" * (len(halves) + 1))
    print(table_row("original tokenizer", original, original, english_vectors), flush=True)
    for method in options.methods:
        result = work / f"{language}-{tokenizer.name}-{method.split()[0]}"
        run(*specialize, "--method", *method.split(), "--output", result)
        print(table_row(method, checkpoint_vectors(result, targets), original, english_vectors), flush=True)


if __name__ == "__main__":
    main()
