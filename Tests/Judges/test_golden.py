"""The reference's own small cases, through the command line: same rows copied, same rows combined, same rows drawn."""

import json

import numpy as np

import fixtures
import method
from tool import FIXTURES, FocusCase, MATCH_LIKE_REFERENCE

CASES = sorted(path.name.removeprefix("embeddings-").removesuffix(".npy")
               for path in (FIXTURES / "golden").glob("embeddings-*.npy"))


class GoldenCases(FocusCase):
    def specialise(self, case: str, *options):
        route, *flags = case.split("-")
        target = fixtures.unpack_tokenizer(f"golden/tokenizers/target-{route}", self.folder / "target")
        source = fixtures.golden_array("source_embeddings.npy")
        fixtures.write_checkpoint(
            self.folder / "source", {"embeddings.word_embeddings.weight": source},
            {"model_type": "bert", "vocab_size": len(source), "hidden_size": 32}, "golden/tokenizers/source")
        matches = [name for name, flag in zip(("exact", "symbols", "fuzzy"), flags) if flag.endswith("1")]
        for name in matches:
            options += ("--match", name)
        # An extended vocabulary takes its anchors from the tokenizer that it was extended with.
        if route == "extended":
            options += ("--extend-with", fixtures.unpack_tokenizer("golden/tokenizers/target-unigram",
                                                                   self.folder / "with"))
        outcome = self.focus(
            "specialize", "source", "--tokenizer", target, "--output", "result", "--report", "report.json",
            "--auxiliary", fixtures.golden_auxiliary(f"target-{route}", self.folder), *options)
        self.assertDone(outcome)
        return fixtures.read_checkpoint(self.folder / "result")["embeddings.word_embeddings.weight"]

    def judge(self, case: str) -> None:
        found = self.specialise(case, MATCH_LIKE_REFERENCE)
        golden = fixtures.read_json(f"golden/focus-{case}.json")
        wanted = fixtures.golden_array(f"embeddings-{case}.npy")
        source = fixtures.golden_array("source_embeddings.npy")
        self.assertEqual(found.shape, wanted.shape)
        self.assertEqual(found.dtype, np.float32)

        copied = [entry["id"] for entry in golden["overlap"]]
        np.testing.assert_array_equal(found[copied], wanted[copied])
        np.testing.assert_array_equal(found[copied], source[[entry["source_ids"][0] for entry in golden["overlap"]]])
        drawn = golden["random_init"]
        combined = sorted(set(golden["new"]) - set(drawn))
        largest = np.abs(wanted[combined]).max(axis=1, keepdims=True)
        self.assertLess((np.abs(found[combined] - wanted[combined]) / largest).max(), 1e-5)
        self.assertEqual(method.sampling_complaints(source.astype(np.float64), found[drawn].astype(np.float64)), [])

        rows = json.loads((self.folder / "report.json").read_text())["rows"]
        self.assertEqual(
            {name: rows[name] for name in ("target", "copied", "combined", "sampled", "anchors")},
            {"target": len(wanted), "copied": len(copied), "combined": len(combined), "sampled": len(drawn),
             "anchors": len(golden["focus_columns"])})
        support = json.loads((self.folder / "report.json").read_text())["support"]
        if len({entry["source_ids"][0] for entry in golden["overlap"] if entry["use_for_focus"]}) == rows["anchors"]:
            self.assertEqual(support["max"], max(golden["support"]))
            self.assertAlmostEqual(support["mean"], float(np.mean(golden["support"])), places=4)
        else:  # anchors that share a source row, as `Haus` and `haus` can: the reference counts them one by one
            self.assertLessEqual(support["max"], max(golden["support"]))


def add_case(case: str) -> None:
    def test(self):
        self.judge(case)
    setattr(GoldenCases, "test_" + case.replace("-", "_"), test)


for name in CASES:
    add_case(name)
