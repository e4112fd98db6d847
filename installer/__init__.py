"""Set-up of a machine, and the checks of the project."""
