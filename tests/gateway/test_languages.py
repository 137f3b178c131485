"""The catalogues of the pages: every text of ours is in each of them, and keeps its places for values."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gateway.language import CATALOGUES, FIRST, LANGUAGES
from tests.gateway.texts import labels, marked

OTHERS = sorted(LANGUAGES.keys() - {FIRST})
PLACE = re.compile(r"%\([a-z_]+\)s|\{[a-z]+\}")


def entries(language: str) -> dict[str, str]:
    with Path(CATALOGUES / f"{language}.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_pages_is_translated_and_nothing_else(language: str) -> None:
    kept = entries(language)
    assert kept.keys() == marked() | labels()
    assert [text for text, said in kept.items() if not said] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    for text, said in entries(language).items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(said)), text


def test_english_has_no_chinese_left() -> None:
    assert not [said for said in entries("en").values() if re.search("[\u4e00-\u9fff]", said)]
