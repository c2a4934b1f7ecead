"""Run lessons: `python -m demos` lists them, `python -m demos apples oranges --out pictures` runs these two."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from autograd_mini.errors import MissingExtra

#: In the order in which they teach.
DEMOS = ("apples", "oranges", "chain_rule", "digits")


def main(arguments: list[str] | None = None) -> int:
    """List or run; returns the exit code: 0 done, 1 something is missing or cannot be written, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m demos", description="The lessons of autograd-mini; without a name, their list.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"{', '.join(DEMOS)}, or all")
    parser.add_argument("--out", type=Path, default=Path("out"), help="the folder for the pictures (default: out)")
    parser.add_argument("--quick", action="store_true", help="a short form, for a first look and for tests")
    options = parser.parse_args(arguments)
    if not options.names:
        for name in DEMOS:
            print(f"{name:12} {import_module(f'demos.{name}').TITLE}")
        return 0
    names = DEMOS if options.names == ["all"] else options.names
    unknown = [name for name in names if name not in DEMOS]
    if unknown:
        parser.error(f"there is no demo {unknown[0]!r}; there are {', '.join(DEMOS)}")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name in names:
            import_module(f"demos.{name}").run(options.out, quick=options.quick)
    except (OSError, MissingExtra) as error:
        print(f"demos: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if any(options.out.iterdir()):
        print(f"The pictures are in {options.out.resolve()}: open them in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
