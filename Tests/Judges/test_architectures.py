"""Checkpoints with the tensors, names and shapes of many architectures, without the libraries that make them.

Each is one line of what follows the vocabulary and on which axis; what stays is beside it. Scripts/judge-architectures
does the same with real models.
"""

import json

import numpy as np

import fixtures
import method
from test_checkpoints import SOURCE, TARGET, random
from tool import FocusCase

V = "V"  # stands for the number of rows
D, E, F = 24, 12, 56  # hidden width, factorised width, feed-forward width

LLAMA = {"model.layers.0.self_attn.q_proj.weight": (D, D), "model.layers.0.mlp.up_proj.weight": (F, D),
         "model.norm.weight": (D,)}
BART = {"model.encoder.embed_positions.weight": (66, D), "model.encoder.layers.0.fc1.weight": (F, D),
        "model.encoder.layers.0.fc1.bias": (F,)}
T5 = {"encoder.block.0.layer.1.DenseReluDense.wi.weight": (F, D), "encoder.final_layer_norm.weight": (D,)}

# name: (config, tensors)
ARCHITECTURES = {
    "xlm-roberta": ({"tie_word_embeddings": True}, {
        "roberta.embeddings.word_embeddings.weight": (V, D), "lm_head.bias": (V,), "lm_head.decoder.bias": (V,),
        "lm_head.dense.weight": (D, D), "roberta.embeddings.token_type_embeddings.weight": (1, D)}),
    "bert": ({}, {
        "bert.embeddings.word_embeddings.weight": (V, D), "cls.predictions.decoder.weight": (V, D),
        "cls.predictions.bias": (V,),
        "cls.predictions.decoder.bias": (V,), "cls.predictions.transform.dense.weight": (D, D)}),
    "distilbert": ({}, {
        "distilbert.embeddings.word_embeddings.weight": (V, D), "vocab_projector.weight": (V, D),
        "vocab_projector.bias": (V,),
        "vocab_layer_norm.weight": (D,), "vocab_transform.weight": (D, D)}),
    "albert": ({"embedding_size": E}, {
        "albert.embeddings.word_embeddings.weight": (V, E), "predictions.decoder.weight": (V, E),
        "predictions.bias": (V,),
        "albert.encoder.embedding_hidden_mapping_in.weight": (D, E)}),
    "electra": ({"embedding_size": E}, {
        "electra.embeddings.word_embeddings.weight": (V, E), "generator_lm_head.weight": (V, E),
        "generator_lm_head.bias": (V,),
        "electra.embeddings_project.weight": (D, E)}),
    "deberta-v2": ({}, {
        "deberta.embeddings.word_embeddings.weight": (V, D), "lm_predictions.lm_head.bias": (V,),
        "lm_predictions.lm_head.dense.weight": (D, D)}),
    "rembert": ({"input_embedding_size": E, "output_embedding_size": 40, "tie_word_embeddings": False}, {
        "rembert.embeddings.word_embeddings.weight": (V, E), "cls.predictions.decoder.weight": (V, 40),
        "cls.predictions.decoder.bias": (V,), "cls.predictions.dense.weight": (40, D)}),
    "gpt2": ({}, {"transformer.wte.weight": (V, D), "transformer.wpe.weight": (64, D),
                  "transformer.h.0.attn.c_attn.weight": (D, 3 * D)}),
    "gpt-neox": ({"tie_word_embeddings": False}, {"gpt_neox.embed_in.weight": (V, D), "embed_out.weight": (V, D)}),
    "bloom": ({}, {"transformer.word_embeddings.weight": (V, D), "transformer.word_embeddings_layernorm.weight": (D,)}),
    "opt": ({"word_embed_proj_dim": E}, {"model.decoder.embed_tokens.weight": (V, E),
                                         "model.decoder.project_in.weight": (D, E)}),
    "llama": ({"tie_word_embeddings": False}, {"model.embed_tokens.weight": (V, D), "lm_head.weight": (V, D), **LLAMA}),
    "gemma3": ({"nested": "text_config"}, {"language_model.model.embed_tokens.weight": (V, D),
                                           "vision_tower.patch.weight": (D, 3, 4, 4)}),
    "t5": ({}, {"shared.weight": (V, D), "encoder.embed_tokens.weight": (V, D), "decoder.embed_tokens.weight": (V, D),
                **T5}),
    "mt5": ({"tie_word_embeddings": False}, {"shared.weight": (V, D), "lm_head.weight": (V, D), **T5}),
    "mbart": ({}, {"model.shared.weight": (V, D), "final_logits_bias": (1, V), **BART}),
    "m2m_100": ({}, {"model.shared.weight": (V, D), "lm_head.weight": (V, D), **BART}),
    "marian": ({"decoder_vocab_size": V}, {
        "model.encoder.embed_tokens.weight": (V, D), "model.decoder.embed_tokens.weight": (V, D),
        "final_logits_bias": (1, V), **BART}),
    "xlnet": ({}, {"transformer.word_embedding.weight": (V, D), "lm_loss.weight": (V, D), "lm_loss.bias": (V,),
                   "transformer.mask_emb": (1, 1, D)}),
    "flax": ({}, {"params/model/embed_tokens/embedding": (V, D), "params/lm_head/kernel": (D, V),
                  "params/lm_head/bias": (V,)}),
    "tensorflow": ({}, {"tf_bert/bert/embeddings/word_embeddings/weight:0": (V, D),
                        "tf_bert/mlm___cls/predictions/bias:0": (V,)}),
    "unheard-of": ({}, {"a.table": (V, D), "b.scores": (V,), "c.transposed": (E, V), "d.inner": (F, D)}),
}
COMBINATIONS = [(dtype, shards, padding) for dtype in fixtures.TYPES for shards in (1, 2) for padding in (0, 37)]


class Architectures(FocusCase):
    def judge(self, name: str, combination: int) -> None:
        dtype, shards, padding = COMBINATIONS[combination % len(COMBINATIONS)]
        target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        tokens = fixtures.read_json("golden/aux-target-unigram.tokens.json")
        old = fixtures.tokenizer(fixtures.unpack_tokenizer(SOURCE, self.base / "source-tokenizer"))
        used = max(old.get_vocab().values()) + 1
        rows = used + padding
        plan = method.make_plan(old, fixtures.tokenizer(target), dict(zip(tokens, np.load(auxiliary))))

        config, shapes = ARCHITECTURES[name]
        config = {key: rows if value == V else value for key, value in config.items()}
        sizes = {"vocab_size": rows, "hidden_size": D, "intermediate_size": F, "pad_token_id": 1}
        nested = config.pop("nested", None)
        config = {"model_type": name, **config, **({nested: sizes} if nested else sizes)}
        tensors = {key: random(*(rows if size == V else size for size in shape), dtype=fixtures.TYPES[dtype],
                               seed=number)
                   for number, (key, shape) in enumerate(shapes.items())}
        fixtures.write_checkpoint(self.folder / "source", tensors, config, SOURCE, shards)
        self.assertDone(self.focus("specialize", "source", "--tokenizer", target, "--rare", "normal", "--auxiliary",
                                   auxiliary, "--output", "result"))

        found = fixtures.read_checkpoint(self.folder / "result")
        self.assertEqual(sorted(found), sorted(tensors))
        for key, shape in shapes.items():
            if V not in shape:
                self.assertEqual((found[key].shape, found[key].tobytes()), (tensors[key].shape, tensors[key].tobytes()),
                                 key)
                continue
            axis = shape.index(V)
            before, after = (np.moveaxis(tensor, axis, 0) for tensor in (tensors[key], found[key]))
            complaints = [what for what in method.complaints(plan, before, after) if "sampled rows are not" not in what]
            used_rows = before.reshape(rows, -1)[:used].astype(np.float64)
            drawn = after.reshape(plan.rows, -1)[plan.sampled].astype(np.float64)
            self.assertEqual(complaints + method.sampling_complaints(used_rows, drawn), [], key)
        result = fixtures.read_config(self.folder / "result")
        self.assertEqual(json.dumps(result).count(str(rows)), 0, "a size of the old vocabulary is left")
        self.assertEqual((result[nested] if nested else result)["vocab_size"], plan.rows)


def add_case(name: str, combination: int) -> None:
    def test(self):
        self.judge(name, combination)
    setattr(Architectures, "test_" + name.replace("-", "_"), test)


for number, architecture in enumerate(ARCHITECTURES):
    add_case(architecture, 5 * number)
