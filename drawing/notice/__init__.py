"""The notice: what a call says, how it is spoken, what a key means, and the port of the line."""
