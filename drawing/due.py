"""What a draw that is being filled needs next."""

from enum import StrEnum


class Due(StrEnum):
    """What a filling draw needs next."""

    ROUND = "round"
    PROMOTION = "promotion"
    ANSWERS = "answers"
    END = "end"
    NOTHING = "nothing"
