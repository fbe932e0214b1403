#!/usr/bin/env python3
"""Makes the packed texts of this folder: the same 400 documents plain, in gzip (one member, several, padded) and in zstd (one frame,
several, with a frame to skip). Needs the zstandard package."""
import gzip, hashlib, json, pathlib, random, struct
import zstandard

here = pathlib.Path(__file__).resolve().parent
random.seed(1)
words = "der die und Größe Straße naïve été 日本 語 🙂 Ærø Łódź e\u0301 a\u00a0b x\u3000y".split(" ")
lines = ["", "last blank line before"] + [" ".join(random.choices(words, k=random.randint(0, 12))) for _ in range(397)] + ["Ende"]
text = "".join(line + "\n" for line in lines).encode()
middle = len(text) // 2  # inside a line, perhaps inside a character: members and frames may end anywhere

def gz(data):
    return gzip.compress(data, mtime=0)

def zst(data):
    return zstandard.ZstdCompressor(level=3).compress(data)

def write(name, data):
    (here / name).write_bytes(data)

write("documents.txt", text)
write("one-member.txt.gz", gz(text))
write("members.txt.gz", gz(text[:middle]) + gz(b"") + gz(text[middle:]))
write("padded.txt.gz", gz(text) + bytes(512))
write("one-frame.txt.zst", zst(text))
write("frames.txt.zst", struct.pack("<II", 0x184D2A50, 5) + b"hello" + zst(text[:middle]) + zst(b"") + zst(text[middle:]))
write("documents.jsonl.gz", gz("".join(
    json.dumps({"id": i, "text": line}, ensure_ascii=i % 2 == 0) + "\n" for i, line in enumerate(lines)).encode()))
digest = hashlib.sha256()
for line in lines:
    digest.update(struct.pack("<q", len(line.encode())) + line.encode())
write("documents.sha256", digest.hexdigest().encode() + b"\n")
