"""What all tests of odd input need: dice that fall alike each time."""

import pytest

from simdyhpo.streams import Streams


@pytest.fixture
def dice(request):
    return Streams(0).generator(f"robustness/{request.node.name}")
