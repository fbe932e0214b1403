"""The real thing: multilingual-e5-small with the FOCUS paper's German tokenizer, against the method in float64."""

import json

import numpy as np

import fasttext_model
import fixtures
import method
import pieces
from tool import DATA, FocusCase, snapshot

TARGET = "tokenizers/de-paper-xlmr-unigram-50k"
EMBEDDING = "embeddings.word_embeddings.weight"


class E5Small(FocusCase):
    def auxiliary(self, tokenizer):
        """A fastText model of the corpus in the target's tokens, trained by the fasttext command, once."""
        model = DATA / "auxiliary-de.bin"
        if not model.exists():
            lines = (DATA / "de.txt").read_text(encoding="utf-8").splitlines()
            tokens = self.folder / "tokens.txt"
            batch = tokenizer.encode_batch(lines, add_special_tokens=False)
            tokens.write_text("".join(" ".join(encoding.tokens) + "\n" for encoding in batch), encoding="utf-8")
            trained = fasttext_model.train(tokens, self.folder / "model.bin", dim=48, epoch=3, minCount=5, neg=10,
                                           bucket=200_000)
            tokens.unlink()
            trained.with_suffix(".vec").unlink()
            trained.rename(model)
        return model

    def test_every_row_agrees_with_the_method(self):
        target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        tokenizer = fixtures.tokenizer(target)
        model = self.auxiliary(tokenizer)
        source = DATA / "e5-small"
        for threads in (1, 2):
            self.assertDone(self.focus("specialize", source, "--tokenizer", target, "--rare", "normal", "--auxiliary",
                                       model, "--threads", threads,
                                       "--output", f"threads-{threads}", "--report", "report.json"))
        self.assertEqual(snapshot(self.folder / "threads-1"), snapshot(self.folder / "threads-2"))

        plan = method.make_plan(fixtures.tokenizer(source), tokenizer, fasttext_model.vectors(model))
        before, after = fixtures.read_checkpoint(source), fixtures.read_checkpoint(self.folder / "threads-1")
        self.assertEqual(sorted(after), sorted(before))
        self.assertEqual(method.complaints(plan, before[EMBEDDING], after[EMBEDDING]), [])
        for name, tensor in before.items():
            if name != EMBEDDING:
                self.assertEqual((after[name].dtype, after[name].shape), (tensor.dtype, tensor.shape), name)
                self.assertEqual(after[name].tobytes(), tensor.tobytes(), name)
        self.assertEqual(fixtures.read_config(self.folder / "threads-1"),
                         fixtures.read_config(source) | {"vocab_size": 50_000, "pad_token_id": 1})

        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual({key: report["rows"][key] for key in ("target", "copied", "combined", "sampled", "anchors")},
                         {"target": plan.rows, "copied": len(plan.copied), "combined": len(plan.combined),
                          "sampled": len(plan.sampled), "anchors": plan.anchors})
        # Rebuilding hidden anchors from the others is better than no knowledge at all.
        self.assertGreater(report["heldOut"]["cosine"], report["heldOut"]["meanVectorCosine"])

    def test_mixed_rows_agree_with_the_method(self):
        target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        tokenizer = fixtures.tokenizer(target)
        model = self.auxiliary(tokenizer)
        source = DATA / "e5-small"
        for threads in (1, 2):
            self.assertDone(self.focus("specialize", source, "--tokenizer", target, "--rare", "normal", "--auxiliary",
                                       model, "--corpus", DATA / "de.txt",
                                       "--method", "focus+pieces", "--threads", threads, "--output",
                                       f"threads-{threads}"))
        self.assertEqual(snapshot(self.folder / "threads-1"), snapshot(self.folder / "threads-2"))

        old, new = pieces.Spelling(source), pieces.Spelling(target)
        plan = method.make_plan(old.tokenizer, tokenizer, fasttext_model.vectors(model), 3)
        weights = old.by_text((DATA / "de.txt").read_text(encoding="utf-8").splitlines())
        before = fixtures.read_checkpoint(source)[EMBEDDING]
        after = fixtures.read_checkpoint(self.folder / "threads-1")[EMBEDDING]
        norm = pieces.mean_norm(before[plan.anchor_rows])
        mixed = 0
        for row, text in new.texts.items():
            if row in plan.copied:
                self.assertEqual(after[row].tobytes(), before[plan.copied[row]].tobytes())
                continue
            own = new.own_text(row)
            split = old.split(*own) if own else []
            if not split:
                continue
            parts = [pieces.mean_of_pieces(split, weights, before)]
            if row in plan.combined:
                columns, shares = plan.combined[row]
                parts.append(shares @ before[columns].astype(np.float64))
                mixed += 1
            np.testing.assert_allclose(after[row], pieces.mixture(parts, norm), rtol=1e-5, atol=1e-7, err_msg=text)
        self.assertGreater(mixed, 1000)
