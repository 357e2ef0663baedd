"""A phone, before and after its first login."""

import pytest

from tests.unit.services.play import Play


@pytest.fixture
def play():
    return Play()


@pytest.fixture
def wx(play):
    return play.wx


@pytest.fixture
def logged_in(play):
    play.session_key()
    return play.wx
