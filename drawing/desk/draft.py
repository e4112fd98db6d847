"""The request that is being typed, kept in the station's encrypted database until it is registered or put away.

It holds bidders and recusals, so it lies nowhere else; there is one at a time.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, Engine, Integer, LargeBinary, Table, Text, delete, select
from sqlalchemy.dialects.sqlite import insert

from vault.database import metadata, writing
from vault.times import to_text

draft: Final = Table(
    "drawing_draft",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kept_at", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("number = 1", name="number"),
    sqlite_strict=True,
)


def keep_draft(engine: Engine, content: bytes, at: datetime) -> None:
    """Keep what was typed, in the place of what was kept before."""
    values = {"number": 1, "kept_at": to_text(at), "content": content}
    with writing(engine) as connection:
        statement = insert(draft).values(values).on_conflict_do_update(index_elements=["number"], set_=values)
        connection.execute(statement)


def kept_draft(engine: Engine) -> bytes | None:
    """Return what was kept; None where nothing is on the way."""
    with engine.connect() as connection:
        found = connection.execute(select(draft.c.content)).scalar()
        return None if found is None else bytes(found)


def put_draft_away(engine: Engine) -> None:
    """Forget what was kept."""
    with writing(engine) as connection:
        connection.execute(delete(draft))
