"""The command `focus`, which comes with the package."""

import os
import sys

from ._library import HERE


def main() -> None:
    """Becomes the command."""
    path = os.fspath(HERE / "bin" / "focus")
    try:
        os.execv(path, ["focus", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"focus: error: '{path}' cannot be run: {error.strerror}")
