"""The sample centre: a made-up province's bank of any size, a project that fits it, and what its people will do.

Everything follows from a seed; nobody in it exists.
"""

from resources.sample.experts import DEFAULT_SEED, DEFAULT_SIZE, HEADERS, Row, expert_id, generate
from resources.sample.export import write_csv, write_xlsx
from resources.sample.project import sample_request, sample_script
from resources.sample.specialties import specialties, specialties_bytes

__all__ = [
    "DEFAULT_SEED",
    "DEFAULT_SIZE",
    "HEADERS",
    "Row",
    "expert_id",
    "generate",
    "sample_request",
    "sample_script",
    "specialties",
    "specialties_bytes",
    "write_csv",
    "write_xlsx",
]
