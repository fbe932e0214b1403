#!/usr/bin/env python3
"""Writes regression.json: rows learnt from states by ridge regression, in float64, and their held-out cosines.

The penalty is solved here as more rows of a least-squares problem (numpy.linalg.lstsq), not by normal equations.
"""
import json
import pathlib

import numpy


def solve(x, y, ridge):
    mean_x, mean_y = x.mean(0), y.mean(0)
    x, y = x - mean_x, y - mean_y
    penalty = ridge * (x * x).sum() / x.shape[1]
    wide = numpy.vstack([x, numpy.sqrt(penalty) * numpy.eye(x.shape[1])])
    padded = numpy.vstack([y, numpy.zeros((x.shape[1], y.shape[1]))])
    return mean_x, mean_y, numpy.linalg.lstsq(wide, padded, rcond=None)[0]


def case(seed, pairs, blocks, outputs, ridge):
    random = numpy.random.default_rng(seed)
    draw = lambda *shape: numpy.round(random.standard_normal(shape), 4)
    states = numpy.hstack([draw(pairs, width) * scale + offset for width, scale, offset in blocks])
    mixing = draw(states.shape[1], outputs)
    rows = numpy.round(states @ mixing / 8 + draw(pairs, outputs), 4)
    new = numpy.hstack([draw(3, width) * scale + offset for width, scale, offset in blocks])
    states, rows, new = (a.astype(numpy.float32).astype(numpy.float64) for a in (states, rows, new))
    scaled, scaled_new, first = [], [], 0
    for width, _, _ in blocks:
        block = states[:, first:first + width]
        size = numpy.sqrt((block * block).mean())
        scaled.append(block / size)
        scaled_new.append(new[:, first:first + width] / size)
        first += width
    x, x_new = numpy.hstack(scaled), numpy.hstack(scaled_new)
    mean_x, mean_y, b = solve(x, rows, ridge)
    held = numpy.arange(pairs) % 8 == 7
    part_x, part_y, part_b = solve(x[~held], rows[~held], ridge)
    found, expected = (x[held] - part_x) @ part_b, rows[held] - part_y
    cosines = (found * expected).sum(1) / numpy.linalg.norm(found, axis=1) / numpy.linalg.norm(expected, axis=1)
    return {
        "blocks": [width for width, _, _ in blocks], "ridge": ridge, "states": states.tolist(), "rows": rows.tolist(),
        "new": new.tolist(), "new_rows": (mean_y + (x_new - mean_x) @ b).tolist(), "held_out": cosines.mean(),
    }


cases = [
    case(1, 48, [(4, 1, 0), (3, 20, 5)], 5, 0.3),
    case(2, 24, [(20, 0.01, 0.02), (18, 3, 0)], 4, 0.3),
    case(3, 40, [(6, 1, 100)], 3, 0.03),
]
pathlib.Path(__file__).with_name("regression.json").write_text(json.dumps(cases) + "\n")
