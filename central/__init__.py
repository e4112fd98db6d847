"""The central server and the link to it."""
