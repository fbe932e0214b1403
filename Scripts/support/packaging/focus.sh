#!/bin/sh
# The command focus of the Python package swiftfocus VERSION: found beside this script, without starting Python.
script=$(readlink -f "$0") || script=$0
prefix=${script%/*}/..
for folder in "$prefix"/lib*/python3*/*-packages "$prefix"; do
    if [ -d "$folder/swiftfocus-VERSION.dist-info" ] && [ -x "$folder/swiftfocus/bin/focus" ]; then
        exec "$folder/swiftfocus/bin/focus" "$@"
    fi
done
python=${script%/*}/python3
[ -x "$python" ] || python=python3
exec "$python" -m swiftfocus "$@"
