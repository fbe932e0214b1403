"""`--method states`, `pieces+states` and `focus+pieces+states` for encoders: rows that are learnt from the states that
a model has of pieces, stated once more in NumPy and float64. The states are those of `focus states`, which has a judge
of its own."""

import collections
import json
import shutil

import numpy as np
from safetensors.numpy import load_file

import fixtures
import pieces
from test_checkpoints import random
from tool import FocusCase

WIDTH, LAYERS, RIDGE = 24, 6, 0.3
TABLE = "embeddings.word_embeddings.weight"
SOURCE = "golden/tokenizers/source"


def small_bert(rows: int) -> dict[str, np.ndarray]:
    tensors = {TABLE: random(rows, WIDTH), "embeddings.position_embeddings.weight": random(64, WIDTH) / 3,
               "embeddings.token_type_embeddings.weight": random(2, WIDTH) / 3}

    def norm(name):
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = 1 + random(WIDTH) / 9, random(WIDTH, seed=4) / 9

    def linear(name, outputs, inputs, seed):
        tensors[f"{name}.weight"] = random(outputs, inputs, seed=seed) / 4
        tensors[f"{name}.bias"] = random(outputs, seed=seed) / 9

    norm("embeddings.LayerNorm")
    for layer in range(LAYERS):
        prefix, seed = f"encoder.layer.{layer}", 10 * layer
        for place, name in enumerate(("self.query", "self.key", "self.value", "output.dense")):
            linear(f"{prefix}.attention.{name}", WIDTH, WIDTH, seed + place)
        norm(f"{prefix}.attention.output.LayerNorm")
        linear(f"{prefix}.intermediate.dense", 32, WIDTH, seed + 5)
        linear(f"{prefix}.output.dense", WIDTH, 32, seed + 6)
        norm(f"{prefix}.output.LayerNorm")
    return tensors


def config(rows: int) -> dict:
    return {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": rows, "hidden_size": WIDTH,
            "num_hidden_layers": LAYERS, "num_attention_heads": 4, "intermediate_size": 32, "hidden_act": "gelu",
            "layer_norm_eps": 1e-12, "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 1}


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


class StateRows(FocusCase):
    def make(self, target: str = "target-unigram") -> None:
        self.old = pieces.Spelling(fixtures.unpack_tokenizer(SOURCE, self.base / "old"))
        self.new = pieces.Spelling(fixtures.unpack_tokenizer(f"golden/tokenizers/{target}", self.folder / "target"))
        rows = max(self.old.texts) + 1
        self.tensors = small_bert(rows)
        fixtures.write_checkpoint(self.folder / "source", self.tensors, config(rows), SOURCE)
        self.auxiliary = fixtures.golden_auxiliary(target, self.folder)

    def specialise(self, *options, output: str = "result"):
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", output, "--report",
                             "report.json", *options)
        self.assertDone(outcome)
        self.report = json.loads((self.folder / "report.json").read_text())
        return fixtures.read_checkpoint(self.folder / output)

    def used(self, kind: str, *options) -> set[int]:
        """The target ids whose rows are of that kind by some method."""
        self.specialise(*options, output="used-" + kind)
        parts = [part.split("-") for part in filter(None, self.report["used"][kind].split(","))]
        return {row for part in parts for row in range(int(part[0]), int(part[-1]) + 1)}

    def forced(self, token: int) -> list[int]:
        """The most probable pieces of a token that is not there (Viterbi)."""
        text = self.old.texts[token]
        scores = {piece: score for identifier, (piece, score) in enumerate(self.old.json["model"]["vocab"])
                  if identifier != token}
        best: list = [(0.0, [])] + [None] * len(text)
        for end in range(1, len(text) + 1):
            ways = [(best[start][0] + scores[text[start:end]], best[start][1] + [text[start:end]])
                    for start in range(end) if best[start] and text[start:end] in scores]
            best[end] = max(ways, key=lambda way: way[0], default=None)
        return [self.old.tokenizer.token_to_id(piece) for piece in best[-1][1]] if best[-1] else []

    def states(self, lists: list[list[int]]) -> np.ndarray:
        """The means over the pieces after 1, 2, 3 and 4 layers of 6, side by side."""
        lines = [" ".join(map(str, [0, *pieces, 2])) for pieces in lists]
        (self.base / "ids.txt").write_text("\n".join(lines) + "\n")
        output = self.base / "states.safetensors"
        output.unlink(missing_ok=True)
        self.assertDone(self.focus("states", "source", "--ids", self.base / "ids.txt", "--layers", "1,2,3,4",
                                   "--output", output))
        found = load_file(output)
        offsets = found["offsets"]
        blocks = [[found[f"layer.{layer}"][offsets[i] + 1:offsets[i + 1] - 1].astype(np.float64).mean(0)
                   for i in range(len(lists))] for layer in (1, 2, 3, 4)]
        return np.array(blocks).transpose(1, 0, 2)

    def learnt(self) -> tuple[dict[int, np.ndarray], dict[int, list[int]], int, float]:
        """The rows of new tokens by states, their pieces, the pairs that they are learnt from, and the mean norm of the
        anchors."""
        by_text = {text: token for token, text in self.old.texts.items()}
        names = {row: self.canonical(row) for row in self.new.texts if row not in self.new.special}
        shared = {row: by_text[text] for row, text in names.items() if text in by_text}
        pairs = [(token, split) for token in shared.values() if len(split := self.forced(token)) > 1]
        new = {row: split for row in sorted(self.used("pieces", "--method", "pieces") & set(names))
               if (own := self.new.own_text(row)) and (split := self.old.split(*own))}
        x, y = self.states([split for _, split in pairs]), self.tensors[TABLE][[token for token, _ in pairs]].astype(
            np.float64)
        sizes = np.sqrt((x * x).mean((0, 2), keepdims=True))
        z = self.states(list(new.values()))
        x, z = ((value / sizes).reshape(len(value), -1) for value in (x, z))
        mean_x, mean_y = x.mean(0), y.mean(0)
        gram = (x - mean_x).T @ (x - mean_x)
        penalty = RIDGE * np.trace(gram) / len(gram)
        b = np.linalg.solve(gram + penalty * np.eye(len(gram)), (x - mean_x).T @ (y - mean_y))
        rows = dict(zip(new, mean_y + (z - mean_x) @ b))
        norm = np.linalg.norm(self.tensors[TABLE][list(shared.values())].astype(np.float64), axis=1).mean()
        return rows, new, len(pairs), norm

    def assertRows(self, found, expected: dict[int, np.ndarray]) -> None:
        self.assertGreater(len(expected), 20)
        for row, value in expected.items():
            np.testing.assert_allclose(found[TABLE][row], value, rtol=2e-3, atol=2e-3, err_msg=self.new.texts[row])

    def test_rows_by_states(self):
        for target in ("target-unigram", "target-bpe"):
            with self.subTest(target=target):
                self.tearDown()
                self.setUp()
                self.make(target)
                rows, split, count, norm = self.learnt()
                self.assertGreater(count, 16)
                weights = self.old.by_scores()
                parts = {row: unit(pieces.mean_of_pieces(split[row], weights, self.tensors[TABLE]).ravel())
                         for row in rows}
                found = self.specialise("--method", "states")
                # The anchors are shared tokens, and a few more that only the tool matches.
                length = np.linalg.norm(found[TABLE][min(rows)])
                self.assertLess(abs(length / norm - 1), 0.01)
                self.assertRows(found, {row: unit(value) * length for row, value in rows.items()})
                self.assertEqual(self.report["modelRows"]["trainingPairs"], count)
                found = self.specialise("--method", "pieces+states", output="second")
                self.assertRows(found, {row: unit(unit(value) + parts[row]) * length for row, value in rows.items()})

    def canonical(self, row: int) -> str | None:
        """What the token would be called in the source; nothing for fragments of characters."""
        try:
            own = self.new.own_text(row)
        except KeyError:  # an entry that is no spelling of bytes
            return None
        return ("▁" if own[1] else "") + own[0].replace(" ", "▁") if own else None

    def test_half_a_combination_beside_them(self):
        self.make()
        rows, split, _, norm = self.learnt()
        weights = self.old.by_scores()
        options = ("--method", "focus", "--auxiliary", self.auxiliary, "--temperature", 3, "--rare", "pieces")
        reached = self.used("combine", *options)
        focus = fixtures.read_checkpoint(self.folder / "used-combine")
        found = self.specialise("--method", "focus+pieces+states", "--auxiliary", self.auxiliary, output="second")
        expected = {}
        for row, value in rows.items():
            parts = unit(value) + unit(pieces.mean_of_pieces(split[row], weights, self.tensors[TABLE]).ravel())
            if row in reached:
                parts = parts + 0.5 * unit(focus[TABLE][row].astype(np.float64))
            expected[row] = unit(parts)
        self.assertGreater(len(reached & set(rows)), 10)
        # The anchors are those with a vector here: the norm is theirs.
        length = np.linalg.norm(found[TABLE][min(rows)])
        self.assertLess(abs(length / norm - 1), 0.2)
        self.assertRows(found, {row: value * length for row, value in expected.items()})

    def test_masked_models_predict_tokens_by_their_shares(self):
        self.make()
        rows = max(self.old.texts) + 1
        tensors = {("bert." if name.startswith(("embeddings.", "encoder.")) else "") + name: value
                   for name, value in self.tensors.items()}
        bias = random(rows)
        tensors |= {"cls.predictions.bias": bias, "cls.predictions.decoder.bias": bias,
                    "cls.predictions.decoder.weight": self.tensors[TABLE],
                    "cls.predictions.transform.dense.weight": random(WIDTH, WIDTH) / 4,
                    "cls.predictions.transform.dense.bias": random(WIDTH) / 9,
                    "cls.predictions.transform.LayerNorm.weight": 1 + random(WIDTH) / 9,
                    "cls.predictions.transform.LayerNorm.bias": random(WIDTH) / 9}
        shutil.rmtree(self.folder / "source")
        fixtures.write_checkpoint(self.folder / "source", tensors, {**config(rows), "architectures":
                                                                    ["BertForMaskedLM"]}, SOURCE)
        texts = [text.lstrip("▁") for text in self.new.texts.values() if len(text) > 2]
        lines = [" ".join(texts[i:i + 9]) for i in range(0, len(texts), 5)]
        lines = [line for line in lines if len(line) > 20]
        (self.folder / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = self.specialise("--method", "pieces+states", "--corpus", "text.txt", output="masked")
        table = found["bert." + TABLE]
        self.assertEqual(found["cls.predictions.decoder.weight"].tobytes(), table.tobytes())
        self.assertEqual(found["cls.predictions.bias"].tobytes(), found["cls.predictions.decoder.bias"].tobytes())
        counts = [collections.Counter(identifier for encoding in spelling.tokenizer.encode_batch(
            lines, add_special_tokens=False) for identifier in encoding.ids) for spelling in (self.old, self.new)]
        new = sorted(self.used("pieces", "--method", "pieces"))
        self.assertGreater(len(new), 20)
        for row in new:
            split = self.old.split(*self.new.own_text(row))
            if not split:
                continue
            share = min(0, np.log((counts[1][row] + 0.1) / (counts[0][split[0]] + 0.5)))
            self.assertAlmostEqual(found["cls.predictions.bias"][row], bias[split[0]] + share, places=4)

    def test_the_same_bytes_on_any_number_of_threads(self):
        self.make()
        found = [self.specialise("--method", "pieces+states", "--threads", threads, output=f"result-{threads}")[TABLE]
                 for threads in (1, 2, 5)]
        self.assertEqual(found[0].tobytes(), found[1].tobytes())
        self.assertEqual(found[0].tobytes(), found[2].tobytes())

    def test_a_model_that_cannot_be_run_is_refused_with_the_cure(self):
        self.make()
        path = self.folder / "source" / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "hidden_act": "mystery"}))
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces+states", "--output",
                           "result", saying=("mystery", "--method"))
