"""The root of the drawing room's errors.

Each family stands beside the module that raises it and inherits from `DrawingError`; its code starts with `drawing.`.
"""

from vault.errors import FengqianError


class DrawingError(FengqianError):
    """The family of everything that a draw refuses."""

    code = "drawing"
