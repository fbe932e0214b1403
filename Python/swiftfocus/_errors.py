"""What goes wrong, as an exception."""


class FocusError(Exception):
    """One sentence on what was found, what was expected and the cure.

    `code` is a word for programs: "option", "missing", "input", "system", "truncated", ...
    """

    def __init__(self, message: str, code: str = "input") -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __reduce__(self) -> "tuple[type[FocusError], tuple[str, str]]":
        return type(self), (self.message, self.code)


def in_python(message: str, inside_quotes: bool) -> str:
    """A sentence of the command's with its options as keywords: `--pad-to-multiple-of` is pad_to_multiple_of.

    `inside_quotes`: whether what is quoted is such a name, too; else it is a path, and stays.
    """
    import re

    def keyword(found: "re.Match[str]") -> str:
        return found[1].replace("-", "_") if found[1] else found[0]

    option = r"(?<![\w-])--([a-z][a-z-]*[a-z])"
    message = re.sub(option if inside_quotes else rf"'[^']*'|{option}", keyword, message)
    return message.replace("Unknown option", "there is no keyword").replace("pass overwrite", "pass overwrite=True")
