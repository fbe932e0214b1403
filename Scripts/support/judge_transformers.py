"""usage: judge_transformers.py SOURCE TARGET"""

import json
import pathlib
import sys

import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerFast

TEXT = "Das Betriebssystem startet den Drucker neu, und die Tabelle wird gespeichert."


def load_tokenizer(folder: pathlib.Path):
    try:
        return AutoTokenizer.from_pretrained(folder)
    except (TypeError, ValueError, OSError):  # transformers 5 refuses some older tokenizer_config.json
        settings = json.loads((folder / "tokenizer_config.json").read_text())
        roles = {key: value["content"] if isinstance(value, dict) else value
                 for key, value in settings.items() if key.endswith("_token") and value}
        return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **roles)


def load(folder: pathlib.Path):
    config = AutoConfig.from_pretrained(folder)
    kind = getattr(transformers, (config.architectures or [""])[0], AutoModel)
    model, story = kind.from_pretrained(folder, output_loading_info=True)
    return model.eval(), {name: sorted(map(str, keys)) for name, keys in story.items()}


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    source, target = map(pathlib.Path, sys.argv[1:])
    complaints = []
    _, before = load(source)
    model, after = load(target)
    for name in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        if added := set(after.get(name, [])) - set(before.get(name, [])):
            complaints.append(f"{name}: {sorted(added)[:5]}")

    tokenizer = load_tokenizer(target)
    table = model.get_input_embeddings().weight
    if table.shape[0] != model.config.get_text_config().vocab_size:
        complaints.append(f"the table has {table.shape[0]} rows, and config.json says {model.config.vocab_size}")
    if (highest := max(tokenizer.get_vocab().values())) >= table.shape[0]:
        complaints.append(f"the tokenizer's ids go up to {highest}, and the table has {table.shape[0]} rows")
    for role in ("bos", "eos", "pad"):
        said, true = getattr(model.config, f"{role}_token_id", None), getattr(tokenizer, f"{role}_token_id")
        if said is not None and true is not None and said != true:
            complaints.append(f"config.json's {role}_token_id is {said}, and the tokenizer's {true}")

    inputs = tokenizer(TEXT, return_tensors="pt")
    with torch.inference_mode():
        output = model(**{key: inputs[key] for key in ("input_ids", "attention_mask")})[0]
    if not torch.isfinite(output).all():
        complaints.append("the output is not finite")
    print(f"{target}: {type(model).__name__}, {table.shape[0]:,} rows, {inputs['input_ids'].shape[1]} tokens in, "
          f"{list(output.shape)} out")
    print("\n".join(complaints) or "loads as the source does: no key missing, unexpected or mismatched")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
