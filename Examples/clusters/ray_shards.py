"""usage: ray_shards.py SHARDS CHECKPOINT TOKENIZER RESULT TEXT...

One large corpus on Ray: a task counts a shard, and is run again where its worker dies. Needs ray and the wheel.
"""

import pathlib
import sys

import ray
import swiftfocus


@ray.remote(num_cpus=1, max_retries=3, retry_exceptions=True)
def count(source: str, tokenizer: str, texts: "list[str]", shard: "tuple[int, int]", output: str) -> str:
    swiftfocus.count(source, tokenizer, output, corpus=texts, shard=shard, threads=1)
    return output


def main() -> None:
    number, checkpoint, tokenizer, result, *texts = sys.argv[1:]
    shards, work = int(number), pathlib.Path(result + ".work")
    work.mkdir(exist_ok=True)
    ray.init()
    files = ray.get([count.remote(checkpoint, tokenizer, texts, (index, shards), f"{work}/{index}.counts")
                     for index in range(1, shards + 1)])
    swiftfocus.merge(files, work / "all.counts", overwrite=True)
    swiftfocus.specialize(checkpoint, tokenizer, result, counts=work / "all.counts")


if __name__ == "__main__":
    main()
