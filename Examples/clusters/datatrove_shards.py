"""usage: datatrove_shards.py SHARDS CHECKPOINT TOKENIZER RESULT TEXT...

One large corpus with datatrove, whose executors run tasks here, on Slurm or on Ray, with a log and a marker of
completion for each. Needs datatrove and the wheel.
"""

import pathlib
import sys

import swiftfocus
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep


class Count(PipelineStep):
    name = "focus count"

    def __init__(self, source: str, tokenizer: str, texts: "list[str]", work: pathlib.Path) -> None:
        super().__init__()
        self.source, self.tokenizer, self.texts, self.work = source, tokenizer, texts, work

    def run(self, data: object, rank: int = 0, world_size: int = 1):
        # Each task reads its own share of the files, so that no documents go through Python.
        with self.track_time():
            swiftfocus.count(self.source, self.tokenizer, self.work / f"{rank + 1}.counts", corpus=self.texts,
                             shard=(rank + 1, world_size), threads=1)
        yield from ()


def main() -> None:
    number, checkpoint, tokenizer, result, *texts = sys.argv[1:]
    shards, work = int(number), pathlib.Path(result + ".work")
    work.mkdir(exist_ok=True)
    # SlurmPipelineExecutor takes the same pipeline, and partition and time besides.
    LocalPipelineExecutor([Count(checkpoint, tokenizer, texts, work)], tasks=shards, workers=2,
                          logging_dir=str(work / "logs")).run()
    swiftfocus.merge([work / f"{index}.counts" for index in range(1, shards + 1)], work / "all.counts",
                     overwrite=True)
    swiftfocus.specialize(checkpoint, tokenizer, result, counts=work / "all.counts")


if __name__ == "__main__":
    main()
