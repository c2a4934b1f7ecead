"""The language that learners read: chosen by `with`, by the environment; what is filled in; catalogues of one's own."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini.language import LANGUAGES, N_, _, catalogue, current_language, language, ngettext, speak_unicode

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


# --- chosen in the program ----------------------------------------------------------------------------------------


def test_it_is_public() -> None:
    assert ag.language is language


def test_english_is_what_is_written_and_chinese_what_is_translated() -> None:
    with language("en"):
        assert (current_language(), _("value")) == ("en", "value")
    with language("zh"):
        assert (current_language(), _("value")) == ("zh", "值")


@given(st.lists(st.sampled_from(sorted(LANGUAGES)), max_size=8))
def test_what_is_nested_is_restored_in_turn(codes: list[str]) -> None:
    outside = current_language()

    def nest(depth: int) -> None:
        here = current_language()
        assert here == (codes[depth - 1] if depth else outside)
        if depth < len(codes):
            with language(codes[depth]):
                nest(depth + 1)
        assert current_language() == here

    nest(0)


def test_an_error_inside_restores_it_too() -> None:
    with pytest.raises(ZeroDivisionError), language("zh"):
        1 / 0
    assert current_language() == "en"


@pytest.mark.parametrize("code", ["fr", "", "ZH", "zh_CN", "C"])
def test_another_language_is_refused_and_nothing_changes(code: str) -> None:
    with language("zh"):
        with pytest.raises(ValueError, match=rf"^language\('{code}'\): the languages are en, zh$"), language(code):
            pytest.fail("it went in")
        assert current_language() == "zh"


def test_threads_do_not_disturb_one_another() -> None:
    together = Barrier(2, timeout=60)  # if one of them fails, the other does not wait for ever

    def says(code: str) -> list[str]:
        said = []
        with language(code):
            for _turn in range(3):
                together.wait()  # both are inside, and take turns
                said.append(_("value"))
        return said

    with language("zh"), ThreadPoolExecutor(2) as threads:
        assert list(threads.map(says, ["en", "zh"])) == [["value"] * 3, ["值"] * 3]
        assert threads.submit(current_language).result() == "en"  # a thread starts with the environment's
        assert current_language() == "zh"


# --- chosen by the environment ------------------------------------------------------------------------------------


def test_without_a_word_it_is_english() -> None:
    assert current_language() == "en"


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("zh", "zh"), ("zh_CN", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-Hans", "zh"), ("ZH_cn", "zh"), ("zh.UTF-8", "zh"), ("zh@pinyin", "zh"),
        ("zh_TW", "zh"),  # the Chinese there is, in simplified characters
        ("en", "en"), ("en_US.UTF-8", "en"), ("C", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("", "en"),
        ("fr", "en"), ("fr_FR.UTF-8", "en"), ("zho", "en"), (":", "en"),
        ("xx:zh", "zh"), ("fr:zh_CN:en", "zh"), ("en:zh", "en"), ("zh:en", "zh"), (":zh", "zh"),
    ],
)  # fmt: skip
def test_what_the_environment_may_say(variable: str, wanted: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, wanted)
    assert current_language() == code


@given(st.dictionaries(st.sampled_from(VARIABLES), st.sampled_from(["", "en_US.UTF-8", "zh_CN.UTF-8", "fr_FR"])))
def test_the_first_variable_that_is_set_decides(environment: dict[str, str]) -> None:
    decides = next((environment[variable] for variable in VARIABLES if environment.get(variable)), "")
    with pytest.MonkeyPatch.context() as patch:
        for variable, wanted in environment.items():
            patch.setenv(variable, wanted)
        assert current_language() == ("zh" if decides.startswith("zh") else "en")
        with language("zh"):  # and `with` before all of them
            assert current_language() == "zh"


# --- what is filled in --------------------------------------------------------------------------------------------


def test_fields_are_filled_in_after_translating() -> None:
    message = N_("examples:")
    assert message == "examples:"
    assert _("what is {this}?", this="{that}") == "what is {that}?"
    assert _("{message} of {n}", message="a field of this name", n=2) == "a field of this name of 2"
    assert _("{ no field }") == "{ no field }"


@pytest.mark.parametrize(("n", "english", "chinese"), [(0, "0 steps", "0"), (1, "1 step", "1"), (2, "2 steps", "2")])
def test_counting(n: int, english: str, chinese: str) -> None:
    one, many = "{n} step, forward and back.", "{n} steps, forward and back."
    assert ngettext(one, many, n) == f"{english}, forward and back."
    with language("zh"):
        assert ngettext(one, many, n) == f"先正向，再反向，一共 {chinese} 步。"


def test_what_has_no_translation_stays_english() -> None:
    with language("zh"):
        assert _("nobody translated {this}", this="this") == "nobody translated this"
        assert ngettext("{n} word nobody translated", "{n} words nobody translated", 2) == "2 words nobody translated"


# --- a catalogue of one's own -------------------------------------------------------------------------------------


def test_a_catalogue_of_ones_own(tmp_path: Path) -> None:
    words = Catalog(locale="zh_CN")
    words.add("{name} falls", "{name} 下降")
    words.add(("{n} cat", "{n} cats"), ("{n} 只猫",))
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / "mine.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, words)
    translate, count = catalogue("mine", tmp_path)
    assert (translate("{name} falls", name="η"), count("{n} cat", "{n} cats", 1)) == ("η falls", "1 cat")
    with language("zh"):
        assert (translate("{name} falls", name="η"), count("{n} cat", "{n} cats", 2)) == ("η 下降", "2 只猫")


def test_a_catalogue_that_is_not_compiled_says_so(tmp_path: Path) -> None:
    translate, _count = catalogue("mine", tmp_path)
    assert translate("fine") == "fine"
    with language("zh"), pytest.raises(FileNotFoundError, match="the words of the language 'zh' are not compiled") as caught:
        translate("fine")
    assert "`make words`" in str(caught.value)


# --- streams ------------------------------------------------------------------------------------------------------


def test_streams_of_any_encoding_carry_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err, typed = io.BytesIO(), io.BytesIO(), io.BytesIO("苹果\n".encode("gbk"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, "ascii"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, "cp1252"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(typed, "utf-8"))
    speak_unicode()
    print("∂ 苹果", flush=True)
    print("\ud800", file=sys.stderr, flush=True)  # half a character, as file names may hold
    assert (out.getvalue().decode().strip(), err.getvalue().decode().strip()) == ("∂ 苹果", "\\ud800")
    assert "�" in sys.stdin.readline()


def test_streams_that_are_utf_8_or_no_files_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="ignore")
    monkeypatch.setattr(sys, "stdout", file)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr(sys, "stdin", None)
    speak_unicode()
    assert file.errors == "ignore"
