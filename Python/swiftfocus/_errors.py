"""What goes wrong, as an exception."""

import re


class FocusError(Exception):
    """One sentence on what was found, what was expected and the cure.

    `code` is a word for programs: "option", "missing", "input", "system", "truncated", ...
    """

    def __init__(self, message: str, code: str = "input") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def in_python(message: str) -> str:
    """A sentence of the command's about its options, about keywords: `--pad-to-multiple-of` is pad_to_multiple_of."""
    message = re.sub(r"--([a-z][a-z-]*[a-z])", lambda found: found[1].replace("-", "_"), message)
    return message.replace("Unknown option", "there is no keyword")
