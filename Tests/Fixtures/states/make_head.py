#!/usr/bin/env python3
"""Writes head.json: shares, the direction of a bias and rows of output layers from states, in float64.

The direction and the motion are solved here by eigenvalues (numpy.linalg.eigh), not by a decomposition of the sum.
"""
import json
import math
import pathlib

import numpy


def inverse(products, share):
    values, vectors = numpy.linalg.eigh(products)
    return vectors @ numpy.diag(1 / (values + share * numpy.trace(products) / len(products))) @ vectors.T


def case(seed, width, count, offset):
    random = numpy.random.default_rng(seed)
    draw = lambda *shape: numpy.round(random.standard_normal(shape), 3)
    states = draw(count, 2) @ draw(2, width) * 3 + draw(count, width) + offset * draw(width)
    states = numpy.round(states, 3).astype(numpy.float32).astype(numpy.float64)
    source, rows = draw(7, width), draw(5, width)
    source, rows = (a.astype(numpy.float32).astype(numpy.float64) for a in (source, rows))
    pieces = [3, 0, -1, 6, 3]
    target_counts, source_counts = [4, 0, 9, 40, 7], [0, 2, 1, 20, 0, 0, 12]
    shares = [
        0.0 if p < 0 else min(0.0, math.log((n + 0.1) / (source_counts[p] + 0.5)))
        for n, p in zip(target_counts, pieces)
    ]
    products, mean = states.T @ states / count, states.mean(0)
    directions = []
    for share in (0.01, 0.1):
        v = inverse(products, share) @ mean
        directions.append(v / (mean @ v))
    goals = numpy.array([source[max(p, 0)] + s * directions[0] for p, s in zip(pieces, shares)])
    goals = goals.astype(numpy.float32).astype(numpy.float64)
    moved = rows + (goals - rows) @ inverse(products, 3) @ products
    return {
        "states": states.tolist(), "source": source.tolist(), "rows": rows.tolist(), "pieces": pieces,
        "target_counts": target_counts, "source_counts": source_counts, "shares": shares,
        "direction": directions[0].tolist(), "tied_direction": directions[1].tolist(), "goals": goals.tolist(),
        "moved": moved.tolist(),
    }


cases = [case(1, 6, 300, 1), case(2, 11, 320, 4)]
pathlib.Path(__file__).with_name("head.json").write_text(json.dumps(cases) + "\n")
