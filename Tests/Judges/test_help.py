"""Help: what to type first, options in the order in which people need them, and what each is unless it is given."""

import re

from tool import FocusCase

ORDER = ["ARGUMENTS", "INPUTS", "OUTPUT", "METHOD", "PROMPTS", "SINGLE TOKENS", "TRAINING", "MEASURING",
         "WHAT IS SHOWN", "WHAT IS COMPUTED", "READING", "PLUG-INS", "OPTIONS"]


class Help(FocusCase):
    told: dict[str, dict[str, str]] = {}

    def commands(self) -> list[str]:
        text = self.focus("--help").output
        return re.findall(r"^  ([a-z][a-z-]+) ", text.split("SUBCOMMANDS:")[1], re.M)

    def options(self, command: str) -> dict[str, str]:
        """What the help says of each option, by its name."""
        if command in self.told:
            return self.told[command]
        text = self.focus("help", command).output
        parts = re.split(r"^  (--[a-z][a-z/-]*(?: <[^>]+>)?)(?=\s)", text.split("USAGE:")[1], flags=re.M)
        self.told[command] = {head: " ".join(body.split("\n\n")[0].split())
                              for head, body in zip(parts[1::2], parts[2::2])}
        return self.told[command]

    def test_help_is_the_same_in_both_ways(self) -> None:
        self.assertGreaterEqual(len(self.commands()), 14)
        for command in self.commands():
            outcome = self.focus("help", command)
            self.assertEqual(outcome.output, self.focus(command, "--help").output)
            self.assertEqual((outcome.code, outcome.errors), (0, ""))
            self.assertTrue(all(len(line) <= 80 for line in outcome.output.splitlines()
                                if not line.startswith("USAGE:")), command)

    def test_options_say_what_they_are_unless_given(self) -> None:
        for command in self.commands():
            for name, words in self.options(command).items():
                if "<" in name and name not in ("--threads <N>",):
                    self.assertRegex(words, r"default|\(required", f"{command} {name}: {words}")

    def test_options_come_in_the_order_of_need(self) -> None:
        for command in self.commands():
            titles = re.findall(r"^([A-Z][A-Z -]+):$", self.focus("help", command).output, re.M)
            self.assertEqual(titles, sorted(titles, key=ORDER.index), command)
        names = [name.split()[0] for name in self.options("specialize")]
        wanted = ["--tokenizer", "--corpus", "--output", "--in-place", "--method", "--epochs", "--variant", "--threads"]
        self.assertEqual([name for name in names if name in wanted], wanted)

    def test_a_command_alone_says_what_to_type(self) -> None:
        told = 0
        for command in self.commands():
            if command == "formats":
                continue
            outcome = self.typed(command)
            lines = outcome.errors.splitlines()
            told += 1
            self.assertEqual((outcome.code, outcome.output), (64, ""), command)
            self.assertTrue(lines[0].startswith(f"focus: error: {command} has nothing to work on"), lines)
            self.assertEqual(lines[-1].split(": ")[-1], f"focus help {command}")
            self.check(lines)
        self.assertGreaterEqual(told, 13)

    def check(self, lines: list[str]) -> None:
        examples = [line.split() for line in lines if line.startswith("  focus ")]
        self.assertIn(len(examples), (2, 3))
        for _, command, *words in examples:
            known = {name.split()[0] for name in self.options(command)}
            for word in words:
                if word.startswith("--"):
                    self.assertIn(word, known, f"focus {command} has no {word}")
        self.assertTrue(all(len(line) <= 80 for line in lines), lines)

    def test_a_command_that_is_none(self) -> None:
        outcome = self.typed("specialise", "model", "--tokenizer", "x")
        self.assertEqual(outcome.code, 64)
        self.assertEqual(outcome.errors, "focus: error: there is no command 'specialise': is 'specialize' meant?\n")
        outcome = self.typed("frobnicate")
        self.assertEqual(outcome.code, 64)
        self.assertIn("specialize, draft", outcome.errors)
