"""Make `resources/wording/zh.mo` of `zh.po`: python -m installer.checks.compile_wording."""

from pathlib import Path

from resources.wording.catalogues import compiled

TARGET = Path(__file__).resolve().parent.parent.parent / "resources" / "wording" / "zh.mo"

if __name__ == "__main__":
    TARGET.write_bytes(compiled("zh"))
