# The command focus on Debian 12, made of the Debian package: `Scripts/package deb`, then `docker build -t focus .` and
# docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" focus specialize MODEL --tokenizer TOKENIZER ...
FROM debian:12-slim
COPY dist/swiftfocus_*.deb /tmp/
RUN apt-get update \
    && apt-get install -y --no-install-recommends /tmp/swiftfocus_*.deb libhdf5-103-1 \
    && rm -rf /var/lib/apt/lists/* /tmp/swiftfocus_*.deb
WORKDIR /work
ENTRYPOINT ["focus"]
