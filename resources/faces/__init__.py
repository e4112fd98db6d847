"""Faces: `title.otf` is Noto Serif CJK SC Bold (SIL Open Font License 1.1, `OFL.txt`), cut to what titles can say."""
