"""Texts for the parser, from a seeded generator: arithmetic that is right, the same damaged, and tokens thrown together."""

from __future__ import annotations

from random import Random

NAMES = ["x", "y", "price", "苹果", "个数", "é", "t_1"]
FUNCTIONS = {"exp": 1, "log": 1, "sigmoid": 1, "abs": 1, "maximum": 2, "gt": 2, "where": 3, "sum": 3, "mean": 2, "logsumexp": 2}
NUMBERS = ["2", "0.5", "1e-3", ".25", "3.", "1_000", "0", "9" * 400]
TOKENS = [
    *NAMES, *FUNCTIONS, *NUMBERS, *"+-*/(),;=.:^!%&|<>[]{}'\"\\#@~`?$_ \t\n\r\f\v\0", "**", "//", "==", ":=", "->", "...",
    "1j", "0x1f", "1e", "lambda ", " if ", " else ", " for ", " in ", "not ", "True", "None", "await ", "yield ", "import ",
    "__class__", "f'", 'b"', "# ", "type: ignore", *"（），；＝×÷−　²π", "ﬁ", "𝐱", "٣", "\u200b", "\ufeff", "\u0301", "\ud800",
    "\U0010ffff", "\u2028", "🍎", "(" * 99, ")" * 99, "-" * 500, "9**9**9**9", "1+" * 200,
]  # fmt: skip


def valid(random: Random, depth: int = 4) -> str:
    """An expression that is one."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(NAMES + NUMBERS)
    kind = random.randrange(4)
    if kind == 0:
        name, count = random.choice(list(FUNCTIONS.items()))
        return f"{name}({', '.join(valid(random, depth - 1) for _ in range(count))})"
    if kind == 1:
        return f"{random.choice(['-', '+', ''])}({valid(random, depth - 1)})"
    sign = random.choice([" + ", "-", "*", " / ", "**"])
    return f"{valid(random, depth - 1)}{sign}{valid(random, depth - 1)}"


def program(random: Random) -> str:
    """Parts with names, then a result that uses them."""
    parts = [f"part{i} = {valid(random, 2)}" for i in range(random.randrange(3))]
    uses = [f"part{i} * " for i in range(len(parts))]
    return random.choice(["; ", "\n", ";\n  "]).join([*parts, "".join(uses) + valid(random)])


def mutated(random: Random) -> str:
    """A right text with a few characters lost, doubled, swapped or put in."""
    text = program(random)
    for _ in range(random.randint(1, 3)):
        i, j = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
        kind = random.randrange(4)
        if kind == 0:
            text = text[:i] + text[min(j, i + 3) :]
        elif kind == 1:
            text = text[:j] + text[i:]
        else:
            text = text[:i] + random.choice(TOKENS) + text[i + kind - 2 :]
    return text


def thrown_together(random: Random) -> str:
    """Tokens in any order."""
    return "".join(random.choices(TOKENS, k=random.randint(0, 12)))
