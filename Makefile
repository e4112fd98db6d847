# Each target needs git, make and Python 3.11 or newer, and nothing else: the bootstrap brings the rest.
PYTHON ?= python3

.PHONY: demo tour test soak check bench clean
demo tour test soak check bench clean:
	@$(PYTHON) installer/bootstrap.py $@
