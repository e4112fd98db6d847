import copy
import pickle

import pytest

from vault.errors import FengqianError, MalformedRecordError, VaultError


class SampleError(VaultError):
    code = "vault.sample"
    what = "{name} did {thing}."


def test_families_and_codes():
    assert issubclass(MalformedRecordError, VaultError)
    assert issubclass(VaultError, FengqianError)
    error = SampleError(name="甲", thing="x")
    assert str(error) == "vault.sample: 甲 did x."
    assert error.details == {"name": "甲", "thing": "x"}


def test_showing_an_error_never_fails():
    assert str(SampleError(name="a")) == "vault.sample: a did {thing}."
    assert str(SampleError(name="{thing}", thing=1)) == "vault.sample: {thing} did 1."
    assert str(FengqianError()).startswith("fengqian: ")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_comes_whole_from_another_process(again):
    error = SampleError(name="a", thing=2)
    other = again(error)
    assert type(other) is SampleError
    assert (str(other), other.details) == (str(error), error.details)
