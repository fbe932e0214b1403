"""Rows made of pieces, and their mixture with FOCUS, stated once more in NumPy and float64 on top of the tokenizers
library.

A target token's own text goes through the source tokenizer's normalizer and model, with its sign of a word's start and
without what the tokenizer puts before a whole text.
"""

import collections
import json
import pathlib

import numpy as np
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.pre_tokenizers import ByteLevel

SMOOTHING = 1e-4


class Spelling:
    """How a tokenizer spells text, and how its model splits it."""

    def __init__(self, folder: pathlib.Path):
        self.json = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        kinds = {self.json["decoder"]["type"], *(step["type"] for step in self.json["decoder"].get("decoders", []))}
        self.kind = next(kind for kind in ("ByteLevel", "WordPiece", "Metaspace") if kind in kinds)
        self.special = {token["id"] for token in self.json["added_tokens"] if token["special"]}
        self.unknown = next((self.tokenizer.token_to_id(text) for text in ("<unk>", "[UNK]")
                             if self.tokenizer.token_to_id(text) is not None), None)
        self.texts = {identifier: token for token, identifier in self.tokenizer.get_vocab().items()}
        letters = ByteLevel.alphabet()
        printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
        others = [byte for byte in range(256) if byte not in printable]
        self.bytes = {chr(byte): byte for byte in printable} | {chr(0x100 + place): byte for place,
                                                                byte in enumerate(others)}
        assert set(letters) == set(self.bytes)

    def own_text(self, identifier: int) -> tuple[str, bool] | None:
        """The text of a token and whether it begins a word; nothing for special tokens, and for fragments of
        characters."""
        token = self.texts[identifier]
        if identifier in self.special:
            return None
        if self.kind == "ByteLevel":
            try:
                text = bytes(self.bytes[letter] for letter in token).decode("utf-8")
            except UnicodeDecodeError:
                return None
            return (text[1:], True) if text.startswith(" ") else (text, False)
        if self.kind == "WordPiece":
            return (token[2:], False) if token.startswith("##") and len(token) > 2 else (token, True)
        if len(token) == 6 and token.startswith("<0x"):
            return None
        return (token[1:].replace("▁", " "), True) if token.startswith("▁") else (token.replace("▁", " "), False)

    def normalized(self, text: str) -> str:
        return self.tokenizer.normalizer.normalize_str(text) if self.tokenizer.normalizer else text

    def split(self, text: str, begins_word: bool) -> list[int]:
        """The pieces of a text; none where one of them would be the token for the unknown."""
        if self.kind == "Metaspace":
            found = self.model(self.normalized("▁" + text if begins_word else text).replace(" ", "▁"))
        elif self.kind == "ByteLevel":
            words = ByteLevel(add_prefix_space=False).pre_tokenize_str(self.normalized(" " + text if begins_word
                                                                                       else text))
            found = [piece for word, _ in words for piece in self.model(word)]
        else:
            cut = pre_tokenizers.BertPreTokenizer()
            words = [word for word, _ in cut.pre_tokenize_str(self.normalized(text if begins_word else "x" + text))]
            found = []
            if not begins_word:
                if rest := words.pop(0)[1:]:
                    found = self.continuation(rest)
            found += [piece for word in words for piece in self.model(word)]
        return [] if self.unknown in found else found

    def model(self, text: str) -> list[int]:
        return [token.id for token in self.tokenizer.model.tokenize(text)] if text else []

    def continuation(self, text: str) -> list[int]:
        found = []
        while text:
            length = next((n for n in range(len(text), 0, -1)
                           if self.tokenizer.token_to_id("##" + text[:n]) is not None), 0)
            if not length:
                return [self.unknown]
            found.append(self.tokenizer.token_to_id("##" + text[:length]))
            text = text[length:]
        return found

    # What pieces weigh

    def by_text(self, lines: list[str]) -> dict[int, float]:
        counts = collections.Counter()
        for encoding in self.tokenizer.encode_batch(lines, add_special_tokens=False):
            counts.update(encoding.ids)
        total = sum(counts.values())
        return {identifier: SMOOTHING / (SMOOTHING + counts[identifier] / total) for identifier in self.texts}

    def by_scores(self) -> dict[int, float]:
        return {identifier: SMOOTHING / (SMOOTHING + min(1.0, np.exp(score)))
                for identifier, (_, score) in enumerate(self.json["model"]["vocab"])}

    def by_length(self) -> dict[int, float]:
        own = {identifier: self.own_text(identifier) for identifier in self.texts}
        return {identifier: float(len(text[0])) if text else 1.0 for identifier, text in own.items()}


def mean_of_pieces(pieces: list[int], weights: dict[int, float], rows: np.ndarray) -> np.ndarray:
    """The mean of the pieces' rows by weight; of all alike where none weighs anything."""
    shares = np.array([weights[piece] for piece in pieces], np.float64)
    if not shares.any():
        shares[:] = 1
    return (shares / shares.sum()) @ rows[pieces].astype(np.float64).reshape(len(pieces), -1)


def mean_norm(anchors: np.ndarray) -> float | None:
    """The mean norm of the anchors' rows; none for numbers, which have no norm to speak of."""
    return float(np.linalg.norm(np.float64(anchors), axis=1).mean()) if anchors.shape[1] > 1 else None


def mixture(parts: list[np.ndarray], norm: float | None) -> np.ndarray:
    """Vectors of length 1, added up and brought to a norm; without one the mean."""
    if norm is None:
        return np.mean(parts, axis=0)
    total = np.sum([part / np.linalg.norm(part) for part in parts], axis=0)
    return total / np.linalg.norm(total) * norm
