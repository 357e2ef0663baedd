"""The mock in process, a developer's server that calls it, and a person's phone."""

import pytest
from flask import Flask

from mockwx import Settings
from mockwx import create_app
from tests.wechat import NOON
from tests.wechat import Browser
from tests.wechat import Control
from tests.wechat import DeveloperServer
from tests.wechat import Phone


@pytest.fixture
def app() -> Flask:
    return create_app(Settings(seed=1, freeze=NOON))


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
