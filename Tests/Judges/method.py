"""FOCUS (Dobler & de Melo 2023), stated once more in NumPy and float64, for tokenizers with `▁` as the sign of a space.

This is what the specialised checkpoints are held against. It shares nothing with the tool but the paper.
"""

import dataclasses
import re

import ml_dtypes
import numpy as np
from tokenizers import Tokenizer

BYTE_PIECE = re.compile(r"<0x[0-9A-F]{2}>")


@dataclasses.dataclass
class Plan:
    """What becomes of every target row."""
    rows: int
    copied: dict[int, int]  # target row -> source row
    combined: dict[int, tuple[np.ndarray, np.ndarray]]  # target row -> source rows, weights
    sampled: list[int]
    anchors: int
    anchor_rows: np.ndarray  # the source rows of the anchors


def canonical_form(tokenizer: Tokenizer, token: str, identifier: int) -> str:
    """How a token reads, whatever the tokenizer: a leading `▁` marks the beginning of a word."""
    if BYTE_PIECE.match(token):
        return token
    text = tokenizer.decode([identifier], skip_special_tokens=False).lstrip()
    return "▁" + text if token.startswith("▁") else text


def canonical_forms(tokenizer: Tokenizer) -> list[tuple[int, str, str]]:
    """Id, token and canonical form, by id."""
    by_id = sorted((identifier, token) for token, identifier in tokenizer.get_vocab().items())
    return [(identifier, token, canonical_form(tokenizer, token, identifier)) for identifier, token in by_id]


def sparsemax(scores: np.ndarray) -> np.ndarray:
    """The point of the probability simplex that is nearest to each row (Martins & Astudillo 2016, algorithm 1)."""
    falling = -np.sort(-scores, axis=1)
    excess = np.cumsum(falling, axis=1) - 1
    size = np.count_nonzero(falling * np.arange(1, scores.shape[1] + 1) > excess, axis=1)
    threshold = excess[np.arange(len(scores)), size - 1] / size
    return np.maximum(scores - threshold[:, None], 0)


def unit_rows(vectors: list[np.ndarray]) -> np.ndarray:
    matrix = np.asarray(vectors, np.float64)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def make_plan(source: Tokenizer, target: Tokenizer, auxiliary: dict[str, np.ndarray], temperature: float = 1) -> Plan:
    """The plan for tokens that match exactly. A token without a vector, or with a zero one, is too rare to take
    part."""
    vectors = {token: vector for token, vector in auxiliary.items() if np.any(vector)}
    source_rows: dict[str, int] = {}
    for identifier, token, form in canonical_forms(source):
        source_rows[form] = identifier  # of several tokens that read the same, the reference takes the last
    copied: dict[int, int] = {}
    anchors: list[tuple[int, np.ndarray]] = []
    new: list[tuple[int, np.ndarray]] = []
    sampled: list[int] = []
    for identifier, token, form in canonical_forms(target):
        row = source_rows.get(form)
        if row is not None:
            copied[identifier] = row
            if token in vectors:
                anchors.append((row, vectors[token]))
        elif token in vectors:
            new.append((identifier, vectors[token]))
        else:
            sampled.append(identifier)

    combined: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    anchor_rows = np.array([row for row, _ in anchors])
    anchor_vectors = unit_rows([vector for _, vector in anchors])
    for start in range(0, len(new), 512):
        block = new[start:start + 512]
        weights = sparsemax(temperature * (unit_rows([vector for _, vector in block]) @ anchor_vectors.T))
        for (identifier, _), row in zip(block, weights):
            chosen = np.flatnonzero(row)
            combined[identifier] = (anchor_rows[chosen], row[chosen])
    rows = max(target.get_vocab().values()) + 1
    return Plan(rows, copied, combined, sampled, len(anchors), anchor_rows)


# How far a stored value may be from the exact one, relative to the sum's largest terms: the arithmetic is float32, and
# half a unit in the last place is lost when a row is stored in a shorter type.
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float16): 6e-4, np.dtype(ml_dtypes.bfloat16): 4.1e-3}


def complaints(plan: Plan, source: np.ndarray, target: np.ndarray) -> list[str]:
    """What is wrong with a specialised tensor whose first axis is the vocabulary; empty if nothing is."""
    if target.dtype != source.dtype or target.shape != (plan.rows, *source.shape[1:]):
        return [f"is {target.dtype} {target.shape}, and the source is {source.dtype} {source.shape}"]
    found = []
    old, new = source.reshape(len(source), -1), target.reshape(plan.rows, -1)
    rows, origins = np.array(list(plan.copied)), np.array(list(plan.copied.values()))
    different = np.any(new[rows].view(np.uint8) != old[origins].view(np.uint8), axis=1)
    if different.any():
        found.append(f"{different.sum()} of {len(rows)} copied rows differ, for one row {rows[different][0]}")
    exact = old.astype(np.float64)
    worst, where = 0.0, -1
    for row, (columns, weights) in plan.combined.items():
        wanted = weights @ exact[columns]
        scale = (weights @ np.abs(exact[columns])).max() + 1e-30
        distance = np.abs(wanted - new[row].astype(np.float64)).max() / scale
        if not distance <= worst:
            worst, where = distance, row
    if not worst <= TOLERANCE[source.dtype]:
        found.append(f"combined row {where} is off by {worst:.2e} (relative)")
    return found + sampling_complaints(exact, new[plan.sampled].astype(np.float64))


def sampling_complaints(source: np.ndarray, sampled: np.ndarray) -> list[str]:
    """Whether rows can have been drawn from N(column mean, column standard deviation)."""
    if not sampled.size:
        return []
    if not np.isfinite(sampled).all():
        return ["a sampled row is not finite"]
    deviations = (sampled - source.mean(axis=0)) / source.std(axis=0, ddof=1)
    count = deviations.size
    # Five standard errors of the mean, and of the variance, of standard normal numbers.
    if abs(deviations.mean()) > 5 / count ** 0.5 or abs(np.square(deviations).mean() - 1) > 5 * (2 / count) ** 0.5:
        return [f"sampled rows are not N(column mean, column deviation): {deviations.mean():.3f} ± "
                f"{deviations.std():.3f}"]
    if sampled.shape[1] > 1 and len(np.unique(sampled.round(12), axis=0)) != len(sampled):
        return ["two sampled rows are the same"]
    return []
