"""What focus' tokenizers are measured beside. Runs in an environment with sentencepiece and tokenizers.

usage: peer_making.py train KIND TEXT SIZE OUTPUT
       peer_making.py judge TEXT TOKENIZER ...      a line of JSON each: tokens, bytes per token, bits per byte
"""

import json
import math
import sys

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers


def train(kind: str, text: str, size: int, output: str) -> None:
    library, model = kind.split(":")
    if library == "sentencepiece":
        import sentencepiece
        sentencepiece.SentencePieceTrainer.train(
            input=text, model_prefix=output, vocab_size=size, model_type=model, character_coverage=0.9995,
            byte_fallback=True, num_threads=2, minloglevel=2, max_sentence_length=1 << 20)
        return
    if model == "byte-level":
        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=["<|endoftext|>", "<|padding|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    else:
        tokenizer = tokenizers.Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.Sequence([
            normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=size, unk_token="<unk>", show_progress=False,
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.train([text], trainer)
    tokenizer.save(output + ".json")


def judge(text: str, paths: list[str]) -> None:
    lines = [line for line in open(text, encoding="utf-8").read().split("\n") if line]
    count = sum(len(line.encode()) for line in lines)
    for path in paths:
        if path.endswith(".model"):
            import sentencepiece
            model = sentencepiece.SentencePieceProcessor(model_file=path)
            ids = [token for line in lines for token in model.encode(line)]
            scores = [model.get_score(token) for token in range(model.get_piece_size())]
        else:
            tokenizer = tokenizers.Tokenizer.from_file(path)
            encoded = tokenizer.encode_batch(lines, add_special_tokens=False)
            ids = [token for entry in encoded for token in entry.ids]
            model = json.loads(tokenizer.to_str())["model"]
            scores = [score for _, score in model["vocab"]] if model["type"] == "Unigram" else []
        bits = -sum(scores[token] for token in ids) / math.log(2) / count if scores else None
        print(json.dumps({"tokens": len(ids), "bytesPerToken": count / len(ids), "bitsPerByte": bits}))


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        judge(sys.argv[2], sys.argv[3:])
