"""What `make check` looks at beside ruff, mypy and the walls: wording, sizes, locks, documents."""
