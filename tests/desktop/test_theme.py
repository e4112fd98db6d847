"""Every text can be read on every ground it stands on, in both themes; lengths follow the scale."""

import re

import pytest

from app.desktop.faces import ROLES
from app.desktop.theme import Theme, contrast

GROUNDS = ("paper", "sheet", "field", "sunk")
TEXT = [(token, ground) for token in ("ink", "ink-2", "ink-3") for ground in (*GROUNDS, "amber-tint", "jade-tint")]
TEXT += [(token, ground) for token in ("seal-ink", "jade", "amber") for ground in ("paper", "sheet", "field")]
TEXT += [("on-seal", "seal"), ("on-jade", "jade"), ("jade", "jade-tint"), ("amber", "amber-tint"), ("paper", "ink")]
TEXT += [("seal-ink", "seal-tint"), ("page-ink", "page")]
EDGES = [("edge", ground) for ground in ("paper", "sheet", "field")]
EDGES += [("focus", ground) for ground in GROUNDS] + [("seal", ground) for ground in ("paper", "sheet")]
both = pytest.mark.parametrize("theme", [Theme(), Theme(dark=True)], ids=["light", "dark"])


@both
@pytest.mark.parametrize(("token", "ground"), TEXT)
def test_text_can_be_read(theme: Theme, token: str, ground: str) -> None:
    assert contrast(theme.hex(token), theme.hex(ground)) >= 4.5


@both
@pytest.mark.parametrize(("token", "ground"), EDGES)
def test_controls_and_focus_can_be_seen(theme: Theme, token: str, ground: str) -> None:
    assert contrast(theme.hex(token), theme.hex(ground)) >= 3


def test_contrast_is_that_of_the_recommendation() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@both
def test_the_sheet_is_filled(theme: Theme) -> None:
    assert "@" not in theme.sheet()
    assert set(re.findall("#[0-9A-Fa-f]{6}", theme.sheet())) <= {theme.hex(token) for token in theme.tokens}


def test_lengths_follow_the_scale_and_hairlines_stay() -> None:
    half_more = Theme(scale=1.5)
    assert half_more.px(44) == 66
    assert Theme(scale=1.0).px(0.4) == 1
    assert half_more.px(0) == 0
    assert "min-height: 63px" in half_more.sheet()


def test_no_text_is_smaller_than_a_caption() -> None:
    assert min(role.size for role in ROLES.values()) == 14
    assert min(role.size for name, role in ROLES.items() if name.startswith("wall")) == 24
