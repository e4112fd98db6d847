"""Alembic's entry: runs the revisions on the connection that `vault.database.migrate` hands over."""

from alembic import context

from vault.database import metadata


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
