"""Cut the title face out of Noto Serif CJK SC Bold: `python -m installer.titleface NotoSerifCJK-Bold.ttc`.

Kept are ASCII, the first level of GB 2312, and whatever the Chinese wording says.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

from resources.wording.catalogues import catalogue

OUT = Path(__file__).resolve().parent.parent / "resources" / "faces" / "title.otf"
FAMILY = "Fengqian Title"
_UNUSED = ("vhea", "vmtx", "VORG", "BASE")


def wanted() -> str:
    """Return every character that a title may say."""
    level = bytes(cell for row in range(0xB0, 0xD8) for second in range(0xA1, 0xFF) for cell in (row, second))
    said = "".join(str(message.string) for message in catalogue("zh"))
    return "".join(map(chr, range(32, 127))) + level.decode("gb2312", "ignore") + said


def cut(source: Path) -> None:
    """Write the cut face beside the others."""
    face = next(one for one in TTCollection(source).fonts if one["name"].getDebugName(1) == "Noto Serif CJK SC")
    options = subset.Options(layout_features=["kern", "tnum"], name_IDs=["*"], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=wanted())
    cutter.subset(face)
    for record in face["name"].names:
        record.string = {1: FAMILY, 16: FAMILY, 4: f"{FAMILY} Bold", 6: "FengqianTitle-Bold"}.get(
            record.nameID, record.string
        )
    for table in set(_UNUSED) & set(face.keys()):
        del face[table]
    face.save(OUT)


if __name__ == "__main__":
    cut(Path(sys.argv[1]))
