"""usage: judge_architectures.py [--all] [--coincidence SIZE] [--keep DIR] [WORD ...]

Specialises a tiny random checkpoint of each architecture that transformers can make (or of those with a WORD in their
name) with the `focus` of FOCUS_BINARY, and judges the result with transformers and a plan that is made here: loads with
no key missing, unexpected or of another shape; every tensor with a vocabulary axis follows the plan; everything else is
bit for bit as it was; runs on the target's text; ids stand for the same tokens. Element type, shards and padding change
from architecture to architecture; --all tries each combination on each. Which tensors follow the vocabulary is told by
a second checkpoint with one token more; with --coincidence another size of the models (56: feed-forward layers, 66:
positions, 32: hidden states) is that of the vocabulary.
"""

import argparse
import itertools
import pathlib
import shutil
import sys
import tempfile
import warnings

import tiny_models
import torch
import transformers
from architecture_judge import TYPES, Judge

COMBINATIONS = list(itertools.product(TYPES, (False, True), (0, 37)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--coincidence", type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    work = arguments.keep or pathlib.Path(tempfile.mkdtemp(prefix="focus-architectures-"))
    work.mkdir(parents=True, exist_ok=True)
    judge = Judge(work)
    judge.is_coincidence = arguments.coincidence is not None
    other = {arguments.coincidence: judge.rows + 38} if arguments.coincidence else {}
    passed, failed, left_out = 0, 0, []
    for number, name in enumerate(tiny_models.classes()):
        if arguments.words and not any(word.lower() in name.lower() for word in arguments.words):
            continue
        try:
            table = tiny_models.make(name, judge.rows, judge.ids, other).get_input_embeddings()
            if table is None or table.weight.shape[0] != judge.rows:
                raise ValueError("its embedding does not follow vocab_size")
        except Exception as error:  # noqa: BLE001: whatever a class has against a small configuration
            left_out.append(f"{name} ({type(error).__name__})")
            continue
        chosen = COMBINATIONS if arguments.all else [COMBINATIONS[(5 * number) % 12]]
        for dtype, sharded, padding in chosen:
            try:
                complaints = judge.judge(name, dtype, sharded, padding, arguments.coincidence)
            except Exception as error:  # noqa: BLE001
                complaints = [f"{type(error).__name__}: {str(error)[:300]}"]
            label = f"{name} {dtype}{' sharded' if sharded else ''}{' padded' if padding else ''}"
            print(f"{'FAILED' if complaints else 'passed'} {label}", *complaints[:6],
                  sep="\n    " if complaints else " ", flush=True)
            failed += bool(complaints)
            passed += not complaints
    if not arguments.keep:
        shutil.rmtree(work)
    print(f"left out, because no small one can be made: {', '.join(left_out) or 'none'}")
    print(f"architectures: {passed} passed ({judge.runs} of them also run, {judge.refused} rightly refused), {failed} "
          f"failed")
    sys.exit(bool(failed) or not passed)


if __name__ == "__main__":
    main()
