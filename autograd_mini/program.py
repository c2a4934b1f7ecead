"""A program's start and end: its streams, closed or full ones too, Ctrl-C, packages that are not there; and its exit code.

What you can do with this file: `sys.exit(run("demos", lambda: tell_the_lessons()))`. The exit code is that of the function; 1 where
something cannot be read or written, and quietly where the reader of a pipe has left; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from autograd_mini.language import _, speak_unicode

__all__ = ["run"]

OURS = {"autograd_mini", "demos", "nn"}


def run(name: str, program: Callable[[], int]) -> int:
    """Run a program to its exit code; what hinders it is one sentence on stderr, after its name."""
    _open_streams()
    speak_unicode()
    try:
        try:
            return program()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough, as in `… | head`
        pass
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] in OURS:
            raise
        print(f"{name}: {_missing(error.name)}", file=sys.stderr)
    except OSError as error:
        from autograd_mini.refusal import told

        print(f"{name}: {told(error)}", file=sys.stderr)
    _drop_what_is_unwritten()
    return 1


def _open_streams() -> None:
    """A stream that was closed when the program started (`<&-`, `>&-`) has nothing in it, and holds nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, closefd=False))  # noqa: SIM115


def _missing(package: str) -> str:
    return _(
        "this Python does not have the package {package}. Activate the environment in which autograd-mini is installed "
        "(after make demo: . .venv/bin/activate), or install it here, in its folder: pip install .",
        package=package,
    )


def _drop_what_is_unwritten() -> None:
    """What no one can take would be tried once more at the end, with a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
