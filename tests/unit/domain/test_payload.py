"""A payload as it is remembered."""

from dataclasses import FrozenInstanceError

import pytest

from mockwx.domain.payload import SealedPayload


def test_payload_is_kept_as_it_left_and_cannot_be_changed():
    payload = SealedPayload("getPhoneNumber", "wx1", "alice", 7, 1, "iv", "data", "{}")
    assert (payload.raw_data, payload.signature) == ("", "")
    with pytest.raises(FrozenInstanceError):
        payload.iv = "other"
