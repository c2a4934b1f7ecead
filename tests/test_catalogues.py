"""The catalogues of all domains: they hold what the sources say, all of it, in Chinese as it is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import autograd_mini
from autograd_mini.language import _, language
from demos import words as demos_words
from nn import words as nn_words

ROOT = Path(autograd_mini.__file__).parents[1]
DOMAINS = ("autograd_mini", "nn", "demos")
#: As `make words` has them.
KEYWORDS = {"N_": None, "_": None, "ngettext": (1, 2)}


def file(domain: str, ending: str) -> Path:
    return ROOT / domain / "locale" / "zh_CN" / "LC_MESSAGES" / f"{domain}.{ending}"


@cache
def written(domain: str) -> Catalog:
    """The catalogue as it is committed."""
    with file(domain, "po").open("rb") as opened:
        return read_po(opened)


def messages(domain: str) -> list[Any]:
    return [message for message in written(domain) if message.id]


def pairs(message: Any) -> list[tuple[str, str]]:
    """What the source says, with what the catalogue makes of it: of a count, the plural with each Chinese form."""
    if isinstance(message.id, tuple):
        return [(message.id[-1], form) for form in message.string]
    return [(message.id, message.string)]


def fields(text: str) -> set[tuple[str, str | None, str | None]]:
    return {(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_is_what_the_sources_say(domain: str) -> None:
    said: set[Any] = {found[2] for found in extract_from_dir(ROOT / domain, keywords=KEYWORDS)}
    committed = {message.id for message in messages(domain)}
    assert said - committed == set(), "run `make words`"
    assert committed - said == set(), "run `make words`"
    assert not written(domain).obsolete


@pytest.mark.parametrize("domain", DOMAINS)
def test_everything_is_translated(domain: str) -> None:
    missing = [message.id for message in messages(domain) if message.fuzzy or not all(chinese for _english, chinese in pairs(message))]
    assert missing == []
    assert not written(domain).fuzzy
    assert written(domain).num_plurals == 1
    assert all(len(message.string) == 1 for message in messages(domain) if isinstance(message.id, tuple))


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_sides_have_the_same_fields(domain: str) -> None:
    for message in messages(domain):
        for english, chinese in pairs(message):
            assert fields(english) == fields(chinese), english
        if isinstance(message.id, tuple):
            one, many = map(fields, message.id)
            assert one <= many, message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_loaded_was_compiled_from_what_is_committed(domain: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, written(domain))
    assert file(domain, "mo").read_bytes() == compiled.getvalue(), "run `make words`"


@pytest.mark.parametrize(("translate", "domain"), [(_, "autograd_mini"), (nn_words._, "nn"), (demos_words._, "demos")], ids=DOMAINS)
def test_what_is_compiled_is_what_is_said(translate: Callable[..., str], domain: str) -> None:
    with language("zh"):
        for message in messages(domain):
            if isinstance(message.id, str):
                assert translate(message.id) == message.string


# --- Chinese as it is printed -------------------------------------------------------------------------------------

HAN = r"[\u4e00-\u9fff]"
CODE = re.compile(r"`[^`]*`|\{[^{}]*\}|[^\W\u4e00-\u9fff]+\([^()\u4e00-\u9fff]*\)|https?://\S+")
SLIPS = re.compile(
    rf"{HAN}[,;:!?]|[,;:!?.]{HAN}|{HAN}\.(?!\w)"  # an English mark beside a Chinese character,
    rf"|\([^()]*{HAN}[^()]*\)|{HAN}\(|\){HAN}"  # English brackets around it, or touching it,
    r"|[，。；：！？、（] (?=\S)|\S [，。；：！？、）]"  # a space beside a mark that brings its own
)


def slips(chinese: str) -> list[str]:
    """Where it is not written as Chinese is printed; code and fields count as a word without marks."""
    return SLIPS.findall(CODE.sub("x", chinese))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("价格是 10，共 2 个", 0), ("价格,共", 1), ("10,共", 1), ("价格：10", 0), ("价格:10", 1), ("(见上)", 1), ("（见上）", 0),
        ("f(x) 的导数", 0), ("σ(z)，{n}", 0), ("导数(dx)", 1), ("用 detach() 截断", 0), ("点 (1, 2) 处", 0), ("（1, 2）", 0),
        ("结束.", 1), ("看 example.svg", 0), ("多少?", 1), ("价格， 个数", 1), ("价格 ，个数", 1), ("等等...", 1), ("等等……", 0),
    ],
)  # fmt: skip
def test_the_reader_of_chinese_sees_what_it_should(text: str, count: int) -> None:
    assert len(slips(text)) == count


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_has_chinese_punctuation(domain: str) -> None:
    found = {chinese: slips(chinese) for message in messages(domain) for _english, chinese in pairs(message)}
    assert {chinese: marks for chinese, marks in found.items() if marks} == {}


@pytest.mark.parametrize("other", ["told right", "惩罚", "张图像"])
def test_one_thing_has_one_name(other: str) -> None:
    # They are: classified correctly, 正则项, 幅图像.
    assert [text for domain in DOMAINS for message in messages(domain) for pair in pairs(message) for text in pair if other in text] == []
