import pytest

from vault.spelling import bare, is_alike


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("ＬＺ－２０２６（第１标段）", "lz2026第1标段"),
        (" 滨江路 · 改造—工程 ", "滨江路改造工程"),
        ("Straße", "strasse"),
        ("lot ①", "lot1"),
        ("a\u0301", "á"),
        ("--", ""),
    ],
)
def test_the_bare_form_is_letters_digits_and_marks(name: str, form: str) -> None:
    assert bare(name) == form
    assert bare(form) == form


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("LZ-1", "lz１", True), ("LZ-1", "LZ-11", False), ("--", "--", True), ("--", "//", False), ("", "--", False)],
)
def test_names_of_signs_alone_are_alike_only_as_they_stand(one: str, other: str, alike: bool) -> None:
    assert is_alike(one, other) is alike
    assert is_alike(other, one) is alike
