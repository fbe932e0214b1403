"""Adapters as PEFT writes them (Tests/Fixtures/adapters), carried to another vocabulary by the plan of their base.

What the result means is stated here in NumPy, by PEFT's own definitions, and held against the tables that PEFT made
when it merged the adapter: swapping the vocabulary afterwards must give the same rows.
"""

import json
import shutil

import ml_dtypes
import numpy as np
from safetensors.numpy import load_file, save_file

import fixtures
from test_causal_rows import HEAD, CausalRows
from test_causal_rows import TABLE as EMBED
from tool import FIXTURES, FocusCase, snapshot

ADAPTERS = FIXTURES / "adapters"
PREFIX = "base_model.model."
MODULES = {"embed": "model.embed_tokens", "head": "lm_head"}
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
COPY, COMBINE, SAMPLE, MEAN, PIECES, MIX, PROMPT, BLEND, GIVEN = range(9)


def floats(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float64)


def read_bits(path) -> dict[str, np.ndarray]:
    """Tensors as they are; bfloat16 too, which NumPy itself does not know."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    types = {"F32": np.float32, "F16": np.float16, "BF16": ml_dtypes.bfloat16}
    return {name: np.frombuffer(data[8 + length:][slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(
        entry["shape"]) for name, entry in header.items() if name != "__metadata__"}


class Plan:
    """What a plan makes of a table, without lengths."""

    def __init__(self, path):
        plan = load_file(path)
        self.kinds, self.offsets = plan["kinds"], plan["offsets"]
        self.columns, self.weights = plan["columns"], plan["weights"]

    def terms(self, row: int):
        place = slice(self.offsets[row], self.offsets[row + 1])
        return self.columns[place], self.weights[place]

    def applied(self, table: np.ndarray) -> np.ndarray:
        """The rows, zeros where they are drawn."""
        result = np.zeros((len(self.kinds), table.shape[1]))
        for row in range(len(self.kinds)):
            columns, weights = self.terms(row)
            result[row] = weights @ floats(table[columns])
        return result

    @property
    def drawn(self) -> np.ndarray:
        return np.isin(self.kinds, (SAMPLE, MEAN))


def effective(base: np.ndarray, adapter: dict, config: dict, which: str) -> np.ndarray:
    """The table or output layer that a model has under an adapter, as PEFT computes it."""
    module = PREFIX + MODULES[which]
    table = floats(adapter.get(module + ".weight", adapter.get(module + ".base_layer.weight", base)))
    rank = (config.get("rank_pattern") or {}).get(MODULES[which].split(".")[-1], config.get("r"))
    scaling = (config.get("lora_alpha") or 0) / (np.sqrt(rank) if config.get("use_rslora") else rank or 1)
    if module + ".lora_embedding_A" in adapter:
        a, b = floats(adapter[module + ".lora_embedding_A"]), floats(adapter[module + ".lora_embedding_B"])
        table = table + scaling * (b @ a).T
    if module + ".lora_B.weight" in adapter:
        table = table + scaling * floats(adapter[module + ".lora_B.weight"]) @ floats(
            adapter[module + ".lora_A.weight"])
    for part in ("", "token_adapter."):
        if (rows := adapter.get(f"{module}.{part}trainable_tokens_delta")) is not None:
            indices = config.get("token_indices") or config["trainable_token_indices"]
            if isinstance(indices, dict):
                indices = indices[MODULES[which].split(".")[-1]]
            assert len(indices) == len(rows)
            table = table.copy()
            table[indices] = rows
    return table


class Adapters(FocusCase):
    def make(self, base: str = "base", *options, plan: str = "plan.safetensors") -> None:
        """The base, specialised by a plan that is kept."""
        if not (self.folder / base).exists():
            shutil.copytree(ADAPTERS / base, self.folder / base)
            fixtures.unpack_tokenizer("golden/tokenizers/source", self.folder / base)
            fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / "target")
        options = options or ("--method", "pieces")
        self.assertDone(self.focus("specialize", base, "--tokenizer", "target", "--save-plan", plan, "--output",
                                   f"new-{base}", "--overwrite", "--no-measure", *options))
        self.plan = Plan(self.folder / plan)
        self.original = fixtures.read_checkpoint(self.folder / base)
        self.new = fixtures.read_checkpoint(self.folder / f"new-{base}")

    def adapter(self, name: str):
        shutil.copytree(ADAPTERS / name, self.folder / name, ignore=shutil.ignore_patterns("merged.safetensors"))
        return self.folder / name

    def carry(self, name: str, *options, output: str | None = None, plan: str = "plan.safetensors"):
        folder = output or f"carried-{name}"
        outcome = self.focus("specialize", name, "--plan", plan, "--tokenizer", "target", "--output", folder, *options)
        self.assertDone(outcome)
        self.story = outcome.output + outcome.errors
        return self.folder / folder

    def tables(self, tensors: dict, which: str) -> np.ndarray:
        return tensors[EMBED] if which == "embed" or HEAD not in tensors else tensors[HEAD]

    def check_untouched(self, old, new, changed: tuple[str, ...]) -> None:
        before, after = read_bits(old / WEIGHTS), read_bits(new / WEIGHTS)
        self.assertEqual(list(before), list(after))
        for name, value in before.items():
            if not name.endswith(changed):
                self.assertEqual(value.tobytes(), after[name].tobytes(), name)

    def check_merged(self, name: str, new, *, where: str = "", drawn_as_base: bool = True, tolerance=1e-5) -> None:
        """Carrying is merging first and swapping afterwards."""
        old = self.folder / name
        merged = load_file(ADAPTERS / name / where / "merged.safetensors")
        self.assertTrue(merged)
        adapter = read_bits(new / where / WEIGHTS)
        config = json.loads((new / where / CONFIG).read_text())
        for which, table in merged.items():
            # What PEFT merged is what the old adapter means by the definitions above.
            before = effective(self.tables(self.original, which), read_bits(old / where / WEIGHTS),
                               json.loads((old / where / CONFIG).read_text()), which)
            np.testing.assert_allclose(before, table, atol=tolerance)
            found = effective(self.tables(self.new, which), adapter, config, which)
            expected = self.plan.applied(table)
            rows = ~self.plan.drawn
            np.testing.assert_allclose(found[:len(rows)][rows], expected[rows], atol=tolerance, err_msg=which)
            if drawn_as_base:
                drawn = self.plan.kinds == SAMPLE
                np.testing.assert_array_equal(found[:len(rows)][drawn], self.tables(self.new, which)[:len(rows)][drawn])

    # Factors

    def test_factors_follow_the_plan(self):
        auxiliary = None
        for place, options in enumerate((("--method", "pieces"), ("--method", "focus"),
                                         ("--method", "focus+uniform-pieces"), ("--match-like-reference",))):
            with self.subTest(options=options):
                if place:
                    auxiliary = auxiliary or fixtures.golden_auxiliary("target-unigram", self.folder)
                    options += ("--auxiliary", auxiliary)
                self.make("base", *options)
                if not place:
                    self.adapter("low-rank")
                new = self.carry("low-rank", output=f"carried{place}")
                self.check_merged("low-rank", new)
                self.check_untouched(self.folder / "low-rank", new, ("embed_tokens.lora_embedding_A",
                                                                     "lm_head.lora_B.weight"))
                self.assertEqual((new / CONFIG).read_bytes(), (self.folder / "low-rank" / CONFIG).read_bytes())
                # Copied rows have their bits.
                old, found = read_bits(self.folder / "low-rank" / WEIGHTS), read_bits(new / WEIGHTS)
                copied = np.flatnonzero(self.plan.kinds == COPY)
                sources = self.plan.columns[self.plan.offsets[copied]]
                name = PREFIX + "model.embed_tokens.lora_embedding_A"
                self.assertEqual(found[name][:, copied].tobytes(), old[name][:, sources].tobytes())

    def test_tables_beside_factors_are_the_new_bases(self):
        self.make()
        self.adapter("low-rank-with-tables")
        new = self.carry("low-rank-with-tables")
        self.check_merged("low-rank-with-tables", new)
        found = read_bits(new / WEIGHTS)
        for which, module in MODULES.items():
            self.assertEqual(found[f"{PREFIX}{module}.base_layer.weight"].tobytes(),
                             self.tables(self.new, which).tobytes())

    def test_other_factors(self):
        self.make("tied")
        self.adapter("low-rank-tied")
        self.check_merged("low-rank-tied", self.carry("low-rank-tied"))
        self.make("base")
        self.adapter("low-rank-bfloat16")
        new = self.carry("low-rank-bfloat16")
        # PEFT rounds when it merges, and the factors are what counts.
        old, found = read_bits(self.folder / "low-rank-bfloat16" / WEIGHTS), read_bits(new / WEIGHTS)
        name = PREFIX + "lm_head.lora_B.weight"
        expected = self.plan.applied(old[name]).astype(np.float32).astype(ml_dtypes.bfloat16)
        self.assertEqual(found[name].tobytes(), expected.tobytes())
        self.adapter("low-rank-bias")
        new = self.carry("low-rank-bias")
        old, found = read_bits(self.folder / "low-rank-bias" / WEIGHTS), read_bits(new / WEIGHTS)
        name = PREFIX + "lm_head.lora_B.bias"
        np.testing.assert_allclose(found[name], self.plan.applied(old[name][:, None])[:, 0], atol=1e-7)

    def test_factors_under_mixtures_are_refused_and_tables_are_not(self):
        auxiliary = None
        self.make("base")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        for name in ("low-rank", "whole-tables", "attention"):
            self.adapter(name)
        # A mixture is refused for models that predict the next token, unless a plan was made with the reference's
        # ways switched on; a plan is a plan.
        config = self.folder / "base" / "config.json"
        plain = config.read_text()
        config.write_text(json.dumps({**json.loads(plain), "architectures": ["LlamaModel"]}))
        self.assertDone(self.focus("specialize", "base", "--tokenizer", "target", "--method", "focus+pieces",
                                   "--auxiliary", auxiliary, "--save-plan", "mixed.safetensors", "--output", "mixed",
                                   "--no-measure"))
        config.write_text(plain)
        self.assertRefused("specialize", "low-rank", "--plan", "mixed.safetensors", "--tokenizer", "target",
                           "--output", "result", saying=("lm_head.lora_B", "to a length", "merge_and_unload"))
        whole = read_bits(self.carry("whole-tables", plan="mixed.safetensors") / WEIGHTS)
        # A whole table is made as the base's is: here of the merged one.
        merged = {**self.original, EMBED: load_file(ADAPTERS / "whole-tables/merged.safetensors")["embed"]}
        save_file(merged, self.folder / "base" / "model.safetensors")
        self.assertDone(self.focus("specialize", "base", "--tokenizer", "target", "--plan", "mixed.safetensors",
                                   "--output", "afterwards"))
        after = fixtures.read_checkpoint(self.folder / "afterwards")
        self.assertEqual(whole[PREFIX + "model.embed_tokens.weight"].tobytes(), after[EMBED].tobytes())
        self.carry("attention", plan="mixed.safetensors")
        # So are rows of single tokens, with the base at hand.
        self.adapter("tokens")
        save_file(self.original, self.folder / "base" / "model.safetensors")
        tokens = self.carry("tokens", "--base", "base", plan="mixed.safetensors")
        merged = {**self.original, EMBED: load_file(ADAPTERS / "tokens/merged.safetensors")["embed"]}
        save_file(merged, self.folder / "base" / "model.safetensors")
        self.assertDone(self.focus("specialize", "base", "--tokenizer", "target", "--plan", "mixed.safetensors",
                                   "--output", "after-tokens"))
        after = fixtures.read_checkpoint(self.folder / "after-tokens")
        ids = json.loads((tokens / CONFIG).read_text())["token_indices"]
        self.assertTrue((Plan(self.folder / "mixed.safetensors").kinds[ids] == MIX).any())
        found = read_bits(tokens / WEIGHTS)[PREFIX + "model.embed_tokens.trainable_tokens_delta"]
        np.testing.assert_allclose(found, after[EMBED][ids], atol=1e-6)

    # Whole tables

    def test_whole_tables_are_rewritten_as_the_bases_are(self):
        self.make()
        self.adapter("whole-tables")
        new = self.carry("whole-tables")
        self.check_merged("whole-tables", new, drawn_as_base=False)
        self.check_untouched(self.folder / "whole-tables", new, ("embed_tokens.weight", "lm_head.weight"))

    def test_padding(self):
        self.make("base", "--method", "pieces", "--pad-to-multiple-of", "64")
        self.adapter("low-rank")
        self.assertEqual(len(self.new[EMBED]) % 64, 0)
        found = read_bits(self.carry("low-rank", "--pad-to-multiple-of", "64") / WEIGHTS)
        factor = found[PREFIX + "model.embed_tokens.lora_embedding_A"]
        self.assertEqual(factor.shape[1], len(self.new[EMBED]))
        self.assertFalse(factor[:, len(self.plan.kinds):].any())

    # Tokens with rows of their own

    def expected_tokens(self, ids) -> tuple[list[int], list[int]]:
        """Target tokens made of nothing but these source tokens, and those made of others, too."""
        whole, partly = [], []
        for row in range(len(self.plan.kinds)):
            columns, _ = self.plan.terms(row)
            count = np.isin(columns, ids).sum()
            if count and count == len(columns):
                whole.append(row)
            elif count:
                partly.append(row)
        return whole, partly

    def test_tokens_keep_their_rows_under_new_ids(self):
        self.make()
        self.adapter("tokens")
        ids = json.loads((self.folder / "tokens" / CONFIG).read_text())["token_indices"]
        whole, partly = self.expected_tokens(ids)
        self.assertTrue(whole)
        self.assertTrue(partly)
        new = self.carry("tokens")
        config = json.loads((new / CONFIG).read_text())
        self.assertEqual(config["token_indices"], whole)
        self.assertEqual({**config, "token_indices": ids}, json.loads((self.folder / "tokens" / CONFIG).read_text()))
        merged = load_file(ADAPTERS / "tokens/merged.safetensors")["embed"]
        found = read_bits(new / WEIGHTS)[PREFIX + "model.embed_tokens.trainable_tokens_delta"]
        np.testing.assert_allclose(found, self.plan.applied(merged)[whole], atol=1e-6)
        self.assertIn(f"{len(partly)} new rows are made of tokens with rows of their own and of others", self.story)
        old = fixtures.tokenizer(self.folder / "base")
        lost = [one for one in ids if one not in self.plan.columns[self.plan.offsets[:-1][self.plan.kinds == COPY]]]
        for one in lost:
            self.assertIn(f"({one})", self.story)
            self.assertIn(old.id_to_token(one), self.story)

    def test_with_the_base_all_rows_are_carried(self):
        for name, base in (("tokens", "base"), ("tokens-tied", "tied"), ("tokens-beside", "base"),
                           ("tokens-by-module", "base")):
            with self.subTest(name=name):
                self.make(base)
                self.adapter(name)
                new = self.carry(name, "--base", base)
                self.check_merged(name, new)

    def test_ids_by_module(self):
        self.make()
        self.adapter("tokens-by-module")
        new = self.carry("tokens-by-module")
        before = json.loads((self.folder / "tokens-by-module" / CONFIG).read_text())["trainable_token_indices"]
        after = json.loads((new / CONFIG).read_text())["trainable_token_indices"]
        found = read_bits(new / WEIGHTS)
        for which, ids in before.items():
            whole, _ = self.expected_tokens(ids)
            self.assertEqual(after.get(which, []), whole)
            name = next((key for key in found if which in key), None)
            if whole:
                key = "embed" if which == "embed_tokens" else "head"
                merged = load_file(ADAPTERS / "tokens-by-module/merged.safetensors")[key]
                np.testing.assert_allclose(found[name], self.plan.applied(merged)[whole], atol=1e-6)
            else:
                self.assertIsNone(name)

    def test_an_adapter_of_which_nothing_would_be_left(self):
        self.make()
        self.adapter("tokens")
        path = self.folder / "tokens" / CONFIG
        used = set(self.plan.columns.tolist())
        unused = [one for one in range(len(self.original[EMBED])) if one not in used][:5]
        path.write_text(json.dumps({**json.loads(path.read_text()), "token_indices": unused}))
        self.assertRefused("specialize", "tokens", "--plan", "plan.safetensors", "--tokenizer", "target", "--output",
                           "result", saying=("nothing to carry", CONFIG))

    # Rows of states

    def test_rows_of_shares_get_what_the_adapter_adds(self):
        causal = CausalRows()
        causal.setUp()
        self.addCleanup(causal.doCleanups)
        causal.prepare(tied=False)
        causal.with_text("--method", "pieces", "--head", "share", "--save-plan", "plan.safetensors")
        new = fixtures.read_checkpoint(causal.folder / "result")
        plan = Plan(causal.folder / "plan.safetensors")
        first = load_file(causal.folder / "plan.safetensors")["shares.pieces"]
        rows = len(causal.tensors[HEAD])
        draw = np.random.default_rng(1)
        config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["lm_head"]}
        folder = causal.folder / "low-rank"
        folder.mkdir()
        (folder / CONFIG).write_text(json.dumps(config))
        factors = {PREFIX + "lm_head.lora_A.weight": draw.normal(size=(2, 16)).astype(np.float32),
                   PREFIX + "lm_head.lora_B.weight": draw.normal(size=(rows, 2)).astype(np.float32)}
        save_file(factors, folder / WEIGHTS)
        made = [row for row in range(len(first)) if first[row] >= 0]
        self.assertDone(causal.focus("specialize", "low-rank", "--plan", "plan.safetensors", "--tokenizer",
                                     causal.target, "--output", "carried"))
        found = read_bits(causal.folder / "carried" / WEIGHTS)[PREFIX + "lm_head.lora_B.weight"]
        self.assertEqual(found[made].tobytes(), factors[PREFIX + "lm_head.lora_B.weight"][first[made]].tobytes())
        # A whole output layer needs the base.
        folder = causal.folder / "whole"
        folder.mkdir()
        (folder / CONFIG).write_text(json.dumps({**config, "modules_to_save": ["lm_head"]}))
        whole = causal.tensors[HEAD] + draw.normal(size=causal.tensors[HEAD].shape).astype(np.float32) / 9
        save_file({PREFIX + "lm_head.weight": whole}, folder / WEIGHTS)
        causal.assertRefused("specialize", "whole", "--plan", "plan.safetensors", "--tokenizer", causal.target,
                             "--output", "none", saying=("lm_head.weight", "--base"))
        causal.assertDone(causal.focus("specialize", "whole", "--plan", "plan.safetensors", "--tokenizer",
                                       causal.target, "--base", "source", "--output", "carried-whole"))
        found = read_bits(causal.folder / "carried-whole" / WEIGHTS)[PREFIX + "lm_head.weight"]
        changed = load_file(causal.folder / "plan.safetensors")["made.0.ids"]
        learnt = floats(whole) - floats(causal.tensors[HEAD])
        np.testing.assert_allclose(found[changed], floats(new[HEAD][changed]) + learnt[first[changed]], atol=1e-5)
        others = np.setdiff1d(np.flatnonzero(~plan.drawn), changed)
        np.testing.assert_allclose(found[others], plan.applied(whole)[others], atol=1e-5)

    # What has nothing to do with the vocabulary

    def test_adapters_without_tables_come_along(self):
        self.make()
        for name in ("attention", "lengths-elsewhere"):
            self.adapter(name)
            new = self.carry(name)
            self.assertIn("no tensor of the adapter follows the vocabulary", self.story)
            self.assertEqual((new / CONFIG).read_bytes(), (self.folder / name / CONFIG).read_bytes())
            self.check_untouched(self.folder / name, new, ())

    def test_files_beside_it(self):
        self.make()
        folder = self.adapter("low-rank")
        fixtures.unpack_tokenizer("golden/tokenizers/source", folder)
        (folder / "README.md").write_text("an adapter")
        (folder / "optimizer.pt").write_bytes(b"state")
        new = self.carry("low-rank")
        self.assertEqual((new / "tokenizer.json").read_bytes(), (self.folder / "target/tokenizer.json").read_bytes())
        self.assertEqual((new / "README.md").read_text(), "an adapter")
        self.assertFalse((new / "optimizer.pt").exists())
        self.assertIn("optimizer.pt", self.story)

    def test_several_in_folders(self):
        self.make()
        self.adapter("several")
        new = self.carry("several")
        for name in ("first", "second"):
            self.check_merged("several", new, where=name)

    def test_in_place(self):
        self.make()
        folder = self.adapter("tokens-by-module")
        elsewhere = snapshot(self.carry("tokens-by-module", "--base", "base"))
        self.assertDone(self.focus("specialize", "tokens-by-module", "--plan", "plan.safetensors", "--tokenizer",
                                   "target", "--base", "base", "--in-place"))
        self.assertEqual(snapshot(folder), elsewhere)

    def test_a_dry_run_and_the_report(self):
        self.make()
        self.adapter("tokens")
        before = snapshot(self.folder)
        outcome = self.focus("specialize", "tokens", "--plan", "plan.safetensors", "--tokenizer", "target", "--dry-run",
                             "--json")
        self.assertDone(outcome)
        told = json.loads(outcome.output)
        self.assertEqual(told["types"], ["TRAINABLE_TOKENS"])
        self.assertEqual(told["tensors"][0]["oldShape"], [5, 8])
        self.assertEqual(told["config"][0]["key"], "token_indices")
        self.assertEqual(snapshot(self.folder), before)
        self.carry("tokens", "--report", "report.json")
        self.assertEqual(json.loads((self.folder / "report.json").read_text())["tensors"], told["tensors"])

    # What cannot be carried

    def test_what_cannot_be_carried_is_named(self):
        self.make()
        words = ("--plan", "plan.safetensors", "--tokenizer", "target", "--output", "result")
        self.adapter("lengths")
        self.assertRefused("specialize", "lengths", *words, saying=("lora_magnitude_vector", "DoRA", "merge"))
        self.adapter("other-kind")
        self.assertRefused("specialize", "other-kind", *words, saying=("ia3_l", "IA3", "lm_head", "merge"))
        self.adapter("low-rank")
        self.assertRefused("specialize", "low-rank", "--method", "pieces", "--tokenizer", "target", "--output",
                           "result", saying=("adapter", "--plan"))
        self.assertRefused("specialize", "low-rank", "--plan", "plan.safetensors", "--tokenizer", "base", "--output",
                           "result", saying=("another target tokenizer",))
        self.assertRefused("specialize", "low-rank", *words, "--source-tokenizer", "target",
                           saying=("another source vocabulary",))
        self.assertRefused("specialize", "low-rank", *words, "--to", "npz", saying=("--to", "safetensors"))
        path = self.folder / "low-rank" / CONFIG
        plain = json.loads(path.read_text())
        path.write_text(json.dumps({**plain, "alora_invocation_tokens": [1, 2]}))
        self.assertRefused("specialize", "low-rank", *words, saying=("alora_invocation_tokens",))
        path.write_text(json.dumps(plain))
        (self.folder / "low-rank" / WEIGHTS).rename(self.folder / "low-rank" / "adapter_model.bin")
        self.assertRefused("specialize", "low-rank", *words, saying=("adapter_model.bin", "save_pretrained"))
        (self.folder / "low-rank" / "adapter_model.bin").unlink()
        self.assertRefused("specialize", "low-rank", *words, saying=(WEIGHTS,))
        self.assertRefused("specialize", "base", "--method", "pieces", "--tokenizer", "target", "--output", "result",
                           "--base", "base", saying=("no adapter",))

    def test_files_that_lie(self):
        self.make()
        words = ("--plan", "plan.safetensors", "--tokenizer", "target", "--output", "result")
        self.adapter("tokens")
        path = self.folder / "tokens" / CONFIG
        plain = json.loads(path.read_text())
        for indices, saying in (([1, 2], "names 2 tokens"), ([1, 1, 2, 3, 4], "twice"), ([-1, 1, 2, 3, 4], "whole"),
                                ([1, 2, 3, 4, 10 ** 9], "1000000000"), ([1, 2, 3, 4, 0.5], "whole"),
                                (7, "no list"), (None, "does not say of which")):
            path.write_text(json.dumps({**plain, "token_indices": indices}))
            self.assertRefused("specialize", "tokens", *words, saying=(saying,))
        for text, saying in (("{", "JSON"), ("[]", "peft_type"), ("{}", "peft_type")):
            path.write_text(text)
            self.assertRefused("specialize", "tokens", *words, saying=(CONFIG, saying))
        self.adapter("low-rank")
        tensors = load_file(self.folder / "low-rank" / WEIGHTS)
        name = PREFIX + "model.embed_tokens.lora_embedding_A"
        save_file({**tensors, name: tensors[name][:, :9].copy()}, self.folder / "low-rank" / WEIGHTS)
        self.assertRefused("specialize", "low-rank", *words, saying=(name, "two models"))
        # A module that is as long as the vocabulary by chance, or not by chance.
        chance = PREFIX + "model.layers.0.mlp.up_proj.lora_B.weight"
        tensors = {**tensors, chance: np.ones((len(self.original[EMBED]), 2), np.float32)}
        save_file(tensors, self.folder / "low-rank" / WEIGHTS)
        self.assertRefused("specialize", "low-rank", *words, saying=(chance, "--leave"))
        new = self.carry("low-rank", "--leave", chance)
        self.check_untouched(self.folder / "low-rank", new, ("embed_tokens.lora_embedding_A", "lm_head.lora_B.weight"))

    # Other commands

    def test_other_commands_know_an_adapter(self):
        self.adapter("low-rank")
        outcome = self.focus("inspect", "low-rank")
        self.assertDone(outcome)
        self.assertIn("lora_embedding_A", outcome.output)
        self.assertIn("LORA", outcome.output)
        self.assertIn("example/base", outcome.output)
        for name in ("low-rank", "tokens-by-module", "lengths", "other-kind"):
            if name != "low-rank":
                self.adapter(name)
            self.assertDone(self.focus("verify", name))
        path = self.folder / "tokens-by-module" / CONFIG
        config = json.loads(path.read_text())
        config["trainable_token_indices"]["lm_head"].pop()
        path.write_text(json.dumps(config))
        outcome = self.focus("verify", "tokens-by-module")
        self.assertEqual(outcome.code, 1)
        self.assertIn("names 3 tokens for the 4 rows", outcome.output)
        tensors = load_file(self.folder / "low-rank" / WEIGHTS)
        del tensors[PREFIX + "lm_head.lora_B.weight"]
        save_file(tensors, self.folder / "other-kind" / WEIGHTS)
        outcome = self.focus("verify", "other-kind")
        self.assertEqual(outcome.code, 1)
        self.assertIn("without the other factor", outcome.output)
        self.assertRefused("compare", "low-rank", "--tokenizer", "low-rank", "--corpus", "low-rank/" + CONFIG,
                           saying=("adapter", "merge"))
        tensors = load_file(self.folder / "low-rank" / WEIGHTS)
        next(iter(tensors.values()))[0] = np.nan
        save_file(tensors, self.folder / "low-rank" / WEIGHTS)
        self.assertEqual(self.focus("verify", "low-rank").code, 1)
