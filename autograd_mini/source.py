"""Source: the text of an expression as people type it, and errors that point into it.

What you can do with this file: `Source("苹果×2").statements()` gives Python's syntax trees of the text; `source.error(index,
sentence)` an error that shows the line with a caret under the place; `source.place(node)` where a node of a tree stands.

Python's own parser reads the text; nothing is ever run. It only gets to see what consists of numbers, names,
`+ - * / ** ( ) , ; =`, and what is short, so that nothing else of Python, and nothing huge, reaches it. Signs of a Chinese
keyboard (full-width ones, × and ÷) are taken for what they mean, one for one, so columns stay what they are.
"""

from __future__ import annotations

import ast
import re
from itertools import accumulate
from keyword import iskeyword
from unicodedata import normalize

from autograd_mini.errors import ExpressionError
from autograd_mini.language import N_, _

__all__ = ["DEEPEST", "LONGEST", "Source", "short"]

LONGEST = 2000  # characters
DEEPEST = 100  # brackets in brackets
ROOM = 50  # characters that an error shows to the left and to the right of its place

MEANT = {0xFF01 + i: 0x21 + i for i in range(94)} | str.maketrans("×÷·⋅∗−–、\t\u00a0\u3000", "*/***--,   ")

TOKEN = re.compile(
    r"""(?P<number> (?: [0-9][0-9_]* \.? [0-9_]* | \. [0-9][0-9_]* ) (?: [eE] [+-]? [0-9_]+ )? )
      | (?P<name> [A-Za-z_\x80-\U0010ffff] [A-Za-z0-9_\x80-\U0010ffff]* )
      | (?P<open> \( ) | (?P<close> \) )
      | (?P<space> [ ]+ | \# [^\n]* )
      | (?P<foreign> // | (?: [-/+<>=!:] | \*\*? ) = | [^-+*/,;=\n] )
      | (?P<sign> . | \n )""",
    re.VERBOSE,
)
PRODUCT = {(left, right) for left in ("number", "name", "close") for right in ("number", "name", "open")} - {("name", "open")}

FOREIGN = N_("{sign} has no meaning here: an expression is made of numbers, names, + - * / ** and functions such as exp(x).")
COMPARISON = N_("For a comparison, write gt(x, y), which is 1 where x > y and else 0, or ge(x, y) for x ≥ y.")
MENDS = {
    "^": N_("For a power, write **, as in x**2."),
    "²": N_("For a power, write **, as in x**2."),
    "³": N_("For a power, write **, as in x**3."),
    "√": N_("For a square root, write sqrt(x)."),
    "%": N_("For a percentage, write the number that it stands for: 0.1, not 10%."),
    ".": N_("A point belongs inside a number, as in 0.5; nothing else has parts that it could name."),
    "|": N_("For an absolute value, write abs(x)."),
    **dict.fromkeys("'\"“”‘’", N_("Write names without quotation marks: price, not 'price'.")),
    **dict.fromkeys("[]{}", N_("Use round brackets: ( and ).")),
    **dict.fromkeys(["<", ">", "<=", ">=", "==", "!=", "≤", "≥"], COMPARISON),
    **dict.fromkeys(["+=", "-=", "*=", "/=", "**="], N_("Each name stands for one number: give the result a new name, as in y = x + 1.")),
    "//": N_("// rounds, and has no derivative: write / for a quotient."),
}


class Source:
    """A text, checked as far as that goes without understanding it. Raises ExpressionError for what cannot be an expression."""

    def __init__(self, text: str) -> None:
        self.typed = text[: LONGEST + 1].replace("\r\n", "\n").replace("\r", "\n")
        self.text = self.typed.translate(MEANT)
        if len(text) > LONGEST:
            message = _("An expression has at most {most} characters, and this one is longer.", most=LONGEST)
            raise self.error(len(self.typed), message)
        self._check_tokens()
        # Where each line starts; spaces before it are no part of it, since they mean something to Python.
        lines = self.text.split("\n")
        self._lines = [line.lstrip() for line in lines]
        ends = accumulate(len(line) + 1 for line in lines)
        self._starts = [end - 1 - len(line) for end, line in zip(ends, self._lines, strict=True)]

    def statements(self) -> list[ast.stmt]:
        """The statements of the text (at least one) as Python's syntax trees. Raises ExpressionError where it makes no sense."""
        try:
            statements = ast.parse("\n".join(self._lines)).body
        except SyntaxError as error:
            raise self._pointed(error) from None
        except (MemoryError, RecursionError, ValueError):
            raise self.error(0, _("This is nested too deeply: give parts of it names, as in part = x*y; exp(part).")) from None
        if not statements:
            raise ExpressionError(_("There is no expression: write one, for example price*count*tax."))
        return statements

    def place(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where in the text a node of a tree begins."""
        # Python counts the bytes of UTF-8.
        line = self._lines[node.lineno - 1].encode()
        return self._starts[node.lineno - 1] + len(line[: node.col_offset].decode())

    def error(self, place: int, sentence: str) -> ExpressionError:
        """The error that says `sentence`, and shows the line of text with a caret under the place."""
        from rich.cells import cell_len  # a Chinese character takes two cells of a terminal

        start = self.typed.rfind("\n", 0, place) + 1
        line = self.typed[start:].partition("\n")[0]
        column = min(place - start, len(line))
        left = max(0, column - ROOM)
        before, after = _printable(line[left:column]), _printable(line[column : column + ROOM])
        before = f"…{before}" if left else before
        after = f"{after}…" if len(line) > column + ROOM else after
        return ExpressionError(f"{sentence}\n  {before}{after}\n  {' ' * cell_len(before)}^")

    def _pointed(self, error: SyntaxError) -> ExpressionError:
        """Python's objection in our words, at its place."""
        line = min(error.lineno or 1, len(self._starts)) - 1
        place = min(self._starts[line] + max(error.offset or 1, 1) - 1, len(self.text))
        if error.msg.startswith("cannot assign"):
            return self.error(place, _("What stands before = is a name for the result, as in total = x + y."))
        if self.text[place : place + 1] in set("0123456789_"):
            return self.error(place, _("This number cannot be read: write it like 1000, 0.5 or 1e-3."))
        return self.error(place, _("The expression cannot be read from here on. Is a number, a name or a bracket missing?"))

    def _check_tokens(self) -> None:
        opened: list[int] = []
        before = ("", "")
        for token in TOKEN.finditer(self.text):
            kind, text, place = str(token.lastgroup), token[0], token.start()
            if kind == "space":
                continue
            if kind == "foreign":
                raise self._foreign(text, place)
            if kind == "name":
                self._check_name(text, place)
            if (before[0], kind) in PRODUCT:
                left = "(…)" if before[0] == "close" else short(before[1])
                right = "(…)" if kind == "open" else short(text)
                raise self.error(place, _("For a product, write * between the two: {left}*{right}", left=left, right=right))
            if (before[0], kind) == ("open", "close"):
                raise self.error(place, _("Something is missing between these brackets."))
            self._check_bracket(kind, place, opened)
            before = (kind, text)
        if opened:
            raise self.error(opened[-1], _("This bracket is never closed."))

    def _check_bracket(self, kind: str, place: int, opened: list[int]) -> None:
        if kind == "open":
            opened.append(place)
            if len(opened) > DEEPEST:
                raise self.error(place, _("Here are more than {most} brackets in one another: give parts of it names.", most=DEEPEST))
        elif kind == "close":
            if not opened:
                raise self.error(place, _("This bracket was never opened."))
            opened.pop()

    def _check_name(self, name: str, place: int) -> None:
        if not name.isidentifier():
            i = next(i for i in range(len(name)) if not name[: i + 1].isidentifier())
            raise self._foreign(name[i], place + i)
        if iskeyword(normalize("NFKC", name)):
            message = _("{name} is a word that Python keeps for itself: choose another name, for example {name}_.", name=name)
            raise self.error(place, message)

    def _foreign(self, sign: str, place: int) -> ExpressionError:
        shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
        return self.error(place, _(MENDS.get(sign, FOREIGN), sign=shown))


def short(name: str) -> str:
    """A name as a sentence shows it: a very long one cut off."""
    return name if len(name) <= ROOM else f"{name[: ROOM - 1]}…"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in text)
