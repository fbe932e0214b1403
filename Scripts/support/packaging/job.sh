#!/bin/sh
# usage: job.sh FOLDER
#
# Does small jobs with the command focus that is found first, in what package_job.py made in FOLDER.
set -eu
cd "$1"
focus --version
focus formats >formats.txt
for plugin in pytorch gguf flax onnx tensorflow orbax; do
    grep -q "^$plugin .*lib/focus/plugins/lib$plugin.so" formats.txt
done
rm -rf result converted
focus specialize model --tokenizer tokenizer --corpus text.txt --output result --no-measure --no-cache --quiet
focus verify --quiet result
mkdir converted
focus convert --quiet plugin.pt converted/pytorch.safetensors
focus convert --quiet plugin.gguf converted/gguf.safetensors
focus convert --quiet result/model.safetensors converted/back.npz
focus convert --quiet converted/back.npz converted/back.safetensors
focus diff --quiet result/model.safetensors converted/back.safetensors
