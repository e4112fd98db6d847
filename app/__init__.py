"""The desktop and the command line: the only room that knows people."""
