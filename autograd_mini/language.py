"""The language that learners read: English, or Simplified Chinese.

What you can do with this file: `with ag.language("zh"):` around whatever prints or draws; mark a text for translation,
`_("{name} rises", name="price")`; give another package a catalogue of its own (`catalogue`);
let a program print Chinese and ∂ on a console of any encoding (`speak_unicode`).

Texts are written in English where they are used, and translated by gettext: the catalogues stand in `locale/`, `make words`
collects what is new and compiles them. Without `ag.language` the environment decides, as for any program: LANGUAGE,
LC_ALL, LC_MESSAGES, LANG, the first one that is set. Errors raised by functions are in English.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = ["LANGUAGES", "N_", "_", "catalogue", "current_language", "language", "ngettext", "speak_unicode"]

#: The languages there are: code → the folder of its catalogues (none for English, in which the texts are written).
LANGUAGES = {"en": None, "zh": "zh_CN"}

_chosen: ContextVar[str | None] = ContextVar("autograd_mini_language", default=None)


@contextmanager
def language(code: str) -> Iterator[None]:
    """Inside the `with` block, what is said and drawn for learners is in this language: "en" or "zh".

    Raises ValueError for another one.

    >>> from autograd_mini import Value
    >>> with language("zh"):
    ...     current_language()
    'zh'
    """
    if code not in LANGUAGES:
        raise ValueError(f"language({code!r}): the languages are {', '.join(LANGUAGES)}")
    token = _chosen.set(code)
    try:
        yield
    finally:
        _chosen.reset(token)


def current_language() -> str:
    """The language of the moment: that of the `with` block, else that of the environment, else English."""
    return _chosen.get() or _of_the_environment()


def _of_the_environment() -> str:
    wanted = next(filter(None, map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "en")
    codes = (re.split("[-_.@]", name)[0].lower() for name in wanted.split(":"))  # zh_CN.UTF-8, zh-Hans, zh_TW: all zh
    return next((code for code in codes if code in LANGUAGES), "en")


def catalogue(domain: str, folder: Path) -> tuple[Callable[..., str], Callable[..., str]]:
    """The two functions that translate a package's texts: `_(message, **fields)` and `ngettext(one, many, n, **fields)`.

    Both fill the {fields} in after translating. `folder` holds `<language>/LC_MESSAGES/<domain>.mo`.
    """

    def translate(message: str, /, **fields: Any) -> str:
        text = _translations(domain, folder, current_language()).gettext(message)
        return text.format(**fields) if fields else text

    def translate_counted(one: str, many: str, n: int, /, **fields: Any) -> str:
        return _translations(domain, folder, current_language()).ngettext(one, many, n).format(n=n, **fields)

    return translate, translate_counted


@lru_cache
def _translations(domain: str, folder: Path, code: str) -> NullTranslations:
    import gettext

    place = LANGUAGES[code]
    if place is None:
        return gettext.NullTranslations()
    try:
        return gettext.translation(domain, folder, [place])
    except FileNotFoundError:
        raise FileNotFoundError(
            f"the words of the language {code!r} are not compiled ({folder / place}): install the package, or run `make words`"
        ) from None


def N_(message: str) -> str:  # noqa: N802  (gettext's usual name)
    """Mark a text for translation that is translated later, where it is said: a row's words, a legend."""
    return message


def speak_unicode() -> None:
    """Let this process's streams carry ∂ and Chinese on consoles of any encoding; for programs, before they print.

    What the encoding of stdin cannot read is shown as �. Streams that are not text files (captured ones) stay as they are.

    >>> speak_unicode()
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


_, ngettext = catalogue("autograd_mini", Path(__file__).parent / "locale")
