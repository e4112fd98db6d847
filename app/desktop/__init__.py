"""The desktop: windows that show the draw and ask for what it needs; the rules stay in `drawing`.

Nothing here decides: a page shows a snapshot and asks the desk (`app.desktop.work`), whose calls run on a thread of
their own.  `theme`, `faces`, `shapes` and `parts` are the look, `shell` the frame, `pages` what stands in it.
"""
