"""Verifying a draw from its transcript, written from `docs/formats/` alone; it shares only primitives with the draw."""

from drawing.verify.report import Line, Signer, State, VerifyReport
from drawing.verify.verifier import verify_transcript

__all__ = ["Line", "Signer", "State", "VerifyReport", "verify_transcript"]
