"""Who sat in closed draws, for the frequency cap; written when a draw closes and never before.

Until a draw is closed nothing outside its box says who is in it.  Only experts in principal slots count.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, Engine, Index, Table, Text, func, select

from vault.database import metadata
from vault.times import to_text

closed_seat: Final = Table(
    "drawing_closed_seat",
    metadata,
    Column("draw", Text, primary_key=True),
    Column("expert", Text, primary_key=True),
    Column("closed_at", Text, nullable=False),
    Index(None, "closed_at"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)


def note_closed(connection: Connection, draw: str, experts: Sequence[str], at: datetime) -> None:
    """Write down who sat in a draw that closes, in the caller's transaction."""
    rows = [{"draw": draw, "expert": expert, "closed_at": to_text(at)} for expert in sorted(experts)]
    if rows:
        connection.execute(closed_seat.insert(), rows)


def closed_draws(engine: Engine, days: int, at: datetime) -> list[tuple[str, int]]:
    """Return how many draws that closed in the `days` before `at` each expert sat in, ascending by id."""
    since = to_text((at - timedelta(days=days)).replace(microsecond=0))
    query = (
        select(closed_seat.c.expert, func.count())
        .where(closed_seat.c.closed_at >= since)
        .group_by(closed_seat.c.expert)
        .order_by(closed_seat.c.expert)
    )
    with engine.connect() as connection:
        return [(str(expert), int(draws)) for expert, draws in connection.execute(query)]
