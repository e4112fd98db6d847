"""Names as they are spelt: one bare form for spellings that people take for the same.

Left out: which names may be compared by it; employers have a rule of their own (`docs/formats/bank.md`).
"""

import unicodedata


def bare(name: str) -> str:
    """Return a name without what spellings differ in: width (NFKC), case, and all but letters, digits and marks."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LNM")


def is_alike(first: str, second: str) -> bool:
    """Say whether two names are one in their bare form; where nothing is left of both, the same text."""
    return bare(first) == bare(second) and (bare(first) != "" or first == second)
