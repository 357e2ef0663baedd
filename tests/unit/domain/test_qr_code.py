"""The text inside a mini program code: what goes in comes out."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockwx.domain.qr_code import Target
from mockwx.domain.qr_code import check_scene
from mockwx.domain.qr_code import read_text
from mockwx.domain.qr_code import unlimited_target


APPID = "wx0123456789abcdef"
SCENES = string.ascii_letters + string.digits + "!#$&'()*+,/:;=?@-._~"


@given(st.text(SCENES, min_size=1, max_size=32), st.sampled_from(["", "pages/a/b"]))
def test_scene_is_read_back(scene, page):
    check_scene(scene)
    target = unlimited_target(APPID, scene=scene, page=page)
    read = read_text(target.text)
    assert read == target
    assert (read.scene, read.path.partition("?")[0]) == (scene, page)


@given(st.text(), st.sampled_from(["release", "trial", "develop"]))
def test_any_path_is_read_back(path, env_version):
    target = Target(APPID, path, env_version)
    assert read_text(target.text) == target


@pytest.mark.parametrize(
    "text", ["", "https://mp.weixin.qq.com/a/~x", "mockwx://wx1/release/", "mockwx://"]
)
def test_foreign_text_is_no_code_of_ours(text):
    assert read_text(text) is None


@pytest.mark.parametrize(
    ("path", "scene"),
    [("p", ""), ("p?a=scene=1", ""), ("p?a=1&scene=%E6%A1%8C", "桌"), ("p?scene=", "")],
)
def test_scene_is_a_parameter_of_the_path(path, scene):
    assert Target(APPID, path).scene == scene
