"""usage: judge_python.py SOURCE TOKENIZER VECTORS.bin

Runs the example of the reference package's README as it stands, and once more with the import line changed to
`from swiftfocus.compat import FOCUS`, in one process and on the same vectors; the second call makes rows for an untied
head and a bias, too. Compares all rows, puts them into the model and runs it, and prints both times.
"""

import pathlib
import sys
import time

import torch
import transformers
from judge_transformers import TEXT, load_tokenizer


def combined(table: torch.Tensor, vocabularies: tuple, found: torch.Tensor) -> tuple:
    """Target ids that both vocabularies spell alike, their source ids, and the other target ids."""
    old, new = vocabularies
    same = {index: old[token] for token, index in new.items() if token in old}
    copied = [index for index, source in same.items() if torch.equal(found[index], table[source].float())]
    rest = sorted(set(new.values()) - set(copied))
    return copied, [same[index] for index in copied], rest


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, target, vectors = sys.argv[1:]
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    source_model = transformers.AutoModel.from_pretrained(source)
    source_tokenizer, target_tokenizer = (load_tokenizer(pathlib.Path(path)) for path in (source, target))
    table = source_model.get_input_embeddings().weight
    head, bias = table.detach().flip(1), table.detach()[:, 7].clone()
    given = {"source_tokenizer": source_tokenizer, "target_tokenizer": target_tokenizer,
             "fasttext_model_path": vectors, "verbosity": "silent"}

    from deepfocus import FOCUS

    started = time.perf_counter()
    wanted = FOCUS(source_embeddings=table, **given)
    theirs = time.perf_counter() - started

    from swiftfocus.compat import FOCUS  # noqa: F811

    started = time.perf_counter()
    target_embeddings = FOCUS(source_embeddings=table, **given)
    ours = time.perf_counter() - started
    found, new_head, new_bias = FOCUS(source_embeddings=(table, head, bias), **given)

    complaints = []
    if (found.dtype, found.shape) != (wanted.dtype, wanted.shape) or not torch.equal(found, target_embeddings):
        complaints.append(f"the rows are {found.dtype} {tuple(found.shape)}, or others in the second call")
    copied, sources, rest = combined(table, (source_tokenizer.get_vocab(), target_tokenizer.get_vocab()), wanted)
    if not torch.equal(found[copied], wanted[copied]):
        complaints.append("rows that deepfocus copies are not copies")
    # Rows that both draw differ in all columns; those that are combined of the same rows hardly differ.
    far = (found[rest] - wanted[rest]).abs().amax(1)
    drawn = [index for index, distance in zip(rest, far.tolist()) if distance > 1e-5]
    same = sorted(set(rest) - set(drawn))
    nearest = (found[drawn] - wanted[drawn]).abs().amax(1).min().item() if drawn else float("inf")
    if nearest < 0.01:
        complaints.append(f"a combined row differs by {nearest:.2g}")
    if not torch.equal(new_head[copied], head[sources]) or not torch.equal(new_bias[copied], bias[sources]):
        complaints.append("rows of the head or the bias are not copies")
    others = (new_head[same].flip(1) - wanted[same]).abs(), (new_bias[same] - wanted[same, 7]).abs()
    if same and max(other.max().item() for other in others) > 1e-5:
        complaints.append("the head or the bias has other combinations than the table")

    source_model.resize_token_embeddings(len(target_tokenizer))
    source_model.get_input_embeddings().weight.data = target_embeddings
    with torch.inference_mode():
        output = source_model(**target_tokenizer(TEXT, return_tensors="pt"))[0]
    if not torch.isfinite(output).all():
        complaints.append("the output is not finite")
    largest = far[far <= 1e-5].max().item() if same else 0
    print(f"{len(copied):,} rows copied, {len(same):,} combined (largest difference {largest:.2g}), "
          f"{len(drawn):,} drawn; deepfocus {theirs:.1f} s, swiftfocus {ours:.2f} s")
    sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main()
