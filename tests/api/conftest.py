"""The mock in process, a developer's server that calls it, and a person's phone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from tests.openapi import watch
from tests.wechat import NOON
from tests.wechat import Browser
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


@pytest.fixture
def app() -> Iterator[Flask]:
    """The mock, whose every answer is held against its OpenAPI files too."""
    app = create_app(Settings(seed=1, freeze=NOON))
    violations = watch(app)
    yield app
    assert violations == []


@pytest.fixture
def server(app: Flask) -> DeveloperServer:
    return DeveloperServer(app)


@pytest.fixture
def phone(app: Flask) -> Phone:
    return Phone(app)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def control(app: Flask) -> Control:
    return Control(app)
