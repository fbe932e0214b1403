"""Checkpoints as training programs leave them, through the plug-in, against what their own readers say."""

import pathlib
import shutil

import dcp_metadata
import fixtures
import tensors
from tensors import Tensor
from test_format_damage import limited
from tool import FIXTURES
from built_plugin import PLUGIN, TorchPluginCase

TRAINERS = FIXTURES / "trainers"
ZERO = ("zero-1", "zero-2", "zero-2-bf16", "zero-3", "zero-3-frozen")
OPTIMIZER = ("optimizer.", "optim.")


def expected(name: str) -> dict[str, Tensor]:
    """What the writer's own reader loads."""
    return tensors.read_safetensors(TRAINERS / f"{name}.safetensors").tensors


def weights(name: str) -> dict[str, Tensor]:
    """The same without the states of the optimizer."""
    return {key: tensor for key, tensor in expected(name).items() if not key.startswith(OPTIMIZER)}


class TrainerCase(TorchPluginCase):
    def copy(self, name: str) -> pathlib.Path:
        return pathlib.Path(shutil.copytree(TRAINERS / name, self.folder / name, dirs_exist_ok=True))

    def refuse(self, name: str, *words: str) -> None:
        self.assertRefused("inspect", name, "--plugin", PLUGIN, saying=(name, *words), preexec_fn=limited)


class Distributed(TrainerCase):
    NAMES = ("dcp-one", "dcp-two", "dcp-megatron", "dcp-bert", "dcp-safetensors")

    def test_what_torch_wrote(self):
        for name in self.NAMES:
            with self.subTest(name):
                self.assertEqual(self.tensors_of(TRAINERS / name), weights(name))
                self.assertEqual(self.plugin("verify", TRAINERS / name).code, 0)
                self.assertDone(self.plugin("inspect", TRAINERS / name, "--stats"))
        self.assertEqual(self.plugin("diff", TRAINERS / "dcp-bert", TRAINERS / "dcp-bert.safetensors").code, 0)

    def test_states_of_the_optimizer_are_left_out_unless_asked_for(self):
        for name, root in (("dcp-one", "optimizer"), ("dcp-two", "optim")):
            outcome = self.plugin("inspect", TRAINERS / name, "--metadata")
            self.assertIn("states of the optimizer are left out (15)", outcome.output)
            self.assertIn(f"--option root={root}", outcome.output)
            found = self.tensors_of(TRAINERS / name, "--option", f"root={root}")
            states = {key.removeprefix(root + "."): tensor for key, tensor in expected(name).items()
                      if key.startswith(root + ".")}
            self.assertEqual(found, states)
            self.assertEqual(len(found), 15)
        found = self.tensors_of(TRAINERS / "dcp-one", "--option", "root=model")
        self.assertEqual(found, {key[6:]: tensor for key, tensor in expected("dcp-one").items()
                                 if key.startswith("model.")})
        self.assertRefused("inspect", TRAINERS / "dcp-one", "--option", "root=nothing", "--plugin", PLUGIN,
                           saying=("nothing at the root 'nothing'",))

    def test_states_of_the_optimizer_are_not_lost_in_place(self):
        self.copy("dcp-one")
        self.assertRefused("convert", "dcp-one", "--in-place", "--to", "safetensors", "--plugin", PLUGIN,
                           saying=("states of the optimizer", "--keep-original"))
        self.assertDone(self.plugin("convert", "dcp-one", "--in-place", "--to", "safetensors", "--keep-original",
                                    "old"))
        self.assertTrue((self.folder / "old" / ".metadata").exists())

    def test_what_is_no_tensor_is_metadata(self):
        outcome = self.plugin("inspect", TRAINERS / "dcp-one", "--metadata")
        for line in ("epoch: 3", "note: Größe"):
            self.assertIn(line, outcome.output)
        self.assertNotIn("param_groups", outcome.output)
        self.assertIn("iteration: 10", self.plugin("inspect", TRAINERS / "dcp-megatron", "--metadata").output)

    def test_a_model_gets_another_vocabulary(self):
        fixtures.unpack_tokenizer("golden/tokenizers/source", self.folder / "old")
        fixtures.unpack_tokenizer("golden/tokenizers/target-bpe", self.folder / "target")
        plain = self.folder / "plain"
        plain.mkdir()
        shutil.copy(TRAINERS / "dcp-bert.safetensors", plain / "model.safetensors")
        shutil.copy(TRAINERS / "dcp-bert" / "config.json", plain)
        found = []
        for source in (self.copy("dcp-bert"), plain):
            shutil.copytree(self.folder / "old", source, dirs_exist_ok=True)
            self.assertDone(self.plugin("specialize", source, "--tokenizer", "target", "--output", source.name + "-new",
                                        "--method", "pieces", "--to", "safetensors"))
            found.append(tensors.read_safetensors(self.folder / (source.name + "-new") / "model.safetensors").tensors)
        self.assertEqual(found[0], found[1])
        self.assertNotEqual(found[0], expected("dcp-bert"))

    def test_the_folder_of_a_trainer(self):
        """What Accelerate calls `pytorch_model_fsdp_0` has {'model': ...}; config.json is beside the folder."""
        folder = self.folder / "checkpoint-5"
        shutil.copytree(TRAINERS / "dcp-one", folder / "pytorch_model_fsdp_0")
        (folder / "config.json").write_text('{"model_type": "bert", "vocab_size": 7}')
        self.assertDone(self.plugin("convert", folder, "result", "--to", "safetensors"))
        found = tensors.read_safetensors(self.folder / "result" / "model.safetensors").tensors
        self.assertEqual(found, {key[6:]: tensor for key, tensor in expected("dcp-one").items()
                                 if key.startswith("model.")})
        self.assertTrue((self.folder / "result" / "config.json").exists())
        self.assertFalse((self.folder / "result" / "pytorch_model_fsdp_0").exists())

    def test_what_is_wrong_is_named(self):
        folder = self.copy("dcp-two")
        (folder / "__1_0.distcp").rename(folder / "other")
        self.refuse("dcp-two", "'__1_0.distcp'", "No such file")
        (folder / "other").rename(folder / "__1_0.distcp")
        data = (folder / "__1_0.distcp").read_bytes()
        (folder / "__1_0.distcp").write_bytes(data[:-700])
        self.refuse("dcp-two", "'__1_0.distcp'", "cut short")
        (folder / "__1_0.distcp").write_bytes(data)
        metadata = folder / ".metadata"
        whole = metadata.read_bytes()
        # The second chunk of a table of seven rows begins at row 4.
        chunk = b"K\x04K\x00\x86"
        self.assertIn(chunk, whole)
        for other, words in ((b"K\x03K\x00\x86", "overlap"), (b"K\x05K\x00\x86", "not inside")):
            metadata.write_bytes(whole.replace(chunk, other))
            self.refuse("dcp-two", "model.embed.weight", words)
        metadata.write_bytes(whole.replace(b"__1_0.distcp", b"../_0.distcp"))
        self.refuse("dcp-two", "only plain file names")
        metadata.write_bytes(whole[:-40])
        self.refuse("dcp-two", "file '.metadata'")

    def test_what_the_metadata_say_must_be_so(self):
        metadata = self.copy("dcp-two") / ".metadata"
        whole = metadata.read_bytes()
        with dcp_metadata.edited(metadata):
            pass
        self.assertEqual(self.tensors_of("dcp-two"), weights("dcp-two"))

        def refuse(change, *words: str) -> None:
            metadata.write_bytes(whole)
            with dcp_metadata.edited(metadata) as state:
                change(state)
            self.refuse("dcp-two", *words)

        def table(state):
            return state["state_dict_metadata"]["model.embed.weight"]

        def place(state, number: int = 0):
            return [info for index, info in state["storage_data"].items() if index["fqn"] == "columns"][number].state

        refuse(lambda state: table(state)["chunks"].pop(), "model.embed.weight", "chunks are missing")
        refuse(lambda state: table(state)["chunks"].append(table(state)["chunks"][0]), "model.embed.weight", "overlap")
        refuse(lambda state: table(state).state.update(size=dcp_metadata.Size((7, 2 ** 60))), "model.embed.weight",
               "more elements")
        refuse(lambda state: table(state).state.update(size=(7, -6)), "model.embed.weight", "negative")
        refuse(lambda state: table(state).state.update(size=(7, 12)), "model.embed.weight", "missing")
        refuse(lambda state: place(state).update(offset=2 ** 62), "columns", "cut short")
        refuse(lambda state: place(state).update(offset=-1), "columns", "cut short")
        refuse(lambda state: place(state).update(length=2 ** 62), "columns", "cut short")
        refuse(lambda state: place(state).update(offset=1), "columns", "__0_0.distcp")
        refuse(lambda state: place(state).update(relative_path="/etc/passwd"), "columns", "plain file names")
        refuse(lambda state: place(state).update(transform_descriptors=["stream.zstd"]), "columns", "extension")
        refuse(lambda state: place(state).update(place(state, 1)), "columns", "of two checkpoints")
        refuse(lambda state: state.pop("storage_data"), "no Metadata")

    def test_safetensors_of_each_process(self):
        folder = self.copy("dcp-safetensors")
        first, second = sorted(folder.iterdir())
        data = second.read_bytes()
        second.write_bytes(data[:-8])
        self.refuse("dcp-safetensors", second.name, "cut short")
        second.write_bytes(data.replace(b"[4, 0]", b"[3, 0]"))
        self.refuse("dcp-safetensors", "model.embed", "overlap")
        second.write_bytes(data.replace(b"[4, 0]", b"[5, 0]"))
        self.refuse("dcp-safetensors", "model.embed", "missing")
        second.write_bytes(data)
        first.unlink()
        self.refuse("dcp-safetensors", second.name, "processes before")


class Zero(TrainerCase):
    """Stages 1, 2 and 3, two processes, two groups of weights, shared and frozen weights, buffers, padding."""

    def test_what_zero_to_fp32_makes_of_them(self):
        for name in ZERO:
            with self.subTest(name):
                self.assertEqual(self.tensors_of(TRAINERS / name), expected(name))
                self.assertEqual(self.plugin("verify", TRAINERS / name).code, 0)
                self.assertEqual(self.plugin("diff", TRAINERS / name, TRAINERS / f"{name}.safetensors").code, 0)
        outcome = self.plugin("inspect", TRAINERS / "zero-3" / "global_step2", "--metadata")
        for line in ("deepspeed.stage: 3", "deepspeed.global_steps: 2"):
            self.assertIn(line, outcome.output)

    def test_the_folder_of_a_trainer(self):
        """config.json and a tokenizer beside, as the Trainer of transformers has them."""
        folder = self.copy("zero-3")
        (folder / "config.json").write_text('{"model_type": "bert", "vocab_size": 7}')
        (folder / "training_args.bin").write_bytes(b"PK")
        self.assertDone(self.plugin("convert", folder, "result", "--to", "safetensors"))
        found = tensors.read_safetensors(self.folder / "result" / "model.safetensors").tensors
        self.assertEqual(found, expected("zero-3"))
        self.assertTrue((self.folder / "result" / "config.json").exists())
        self.assertFalse((self.folder / "result" / "global_step2").exists())

    def test_files_that_are_missing_or_too_many(self):
        folder = self.copy("zero-2") / "global_step2"
        part = folder / "zero_pp_rank_1_mp_rank_00_optim_states.pt"
        shutil.copy(part, folder / "zero_pp_rank_2_mp_rank_00_optim_states.pt")
        self.refuse("zero-2", "of 2 processes", "rank_2", "written over another")
        (folder / "zero_pp_rank_2_mp_rank_00_optim_states.pt").unlink()
        shutil.copy(part, folder / f"bf16_{part.name}")
        self.assertDone(self.plugin("inspect", "zero-2"))
        shutil.copy(part, folder / f"bf16_{part.name.replace('rank_1', 'rank_0')}")
        self.refuse("zero-2", "two optimizers")
        (folder / f"bf16_{part.name.replace('rank_1', 'rank_0')}").unlink()
        shutil.copy(folder / "mp_rank_00_model_states.pt", folder / "mp_rank_01_model_states.pt")
        self.refuse("zero-2", "in parallel", "ds_to_universal")
        (folder / "mp_rank_01_model_states.pt").unlink()
        part.write_bytes(part.read_bytes()[:-100])
        self.refuse("zero-2", part.name)
        part.unlink()
        self.refuse("zero-2", part.name, "No such file")

    def test_parts_of_another_checkpoint(self):
        folder = self.copy("zero-3") / "global_step2"
        name = "bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt"
        shutil.copy(TRAINERS / "zero-2-bf16" / "global_step2" / name, folder / name)
        self.refuse("zero-3", name, "fp32_flat_groups")

    def test_a_path_in_latest_is_not_followed(self):
        folder = self.copy("zero-2")
        (folder / "latest").write_text("../zero-2/global_step2")
        self.assertRefused("inspect", "zero-2", "--plugin", PLUGIN, saying=("zero-2",))
