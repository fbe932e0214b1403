"""`python -m swiftfocus`: the command `focus`, which comes with the package."""

import os
import pathlib
import sys


def main() -> None:
    """Becomes the command."""
    path = pathlib.Path(__file__).resolve().parent / "bin" / "focus"
    try:
        os.execv(path, ["focus", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"focus: error: '{path}' cannot be run: {error.strerror}")


if __name__ == "__main__":
    main()
