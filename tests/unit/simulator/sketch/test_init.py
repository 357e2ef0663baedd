"""wxsim init from the outside: questions, options, files that are right at once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from simulator.cli import main
from simulator.playing import problems
from simulator.scenario.loader import load_backend
from simulator.scenario.loader import load_scenario


def init(folder: Path, *arguments: object, answers: str = "") -> Result:
    given = ["init", "--folder", str(folder), *map(str, arguments)]
    return CliRunner().invoke(main, given, input=answers)


def written(folder: Path) -> str:
    assert problems([folder]) == []
    return next(folder.glob("*.backend.yaml")).read_text(encoding="utf-8")


def test_usual_answers_make_two_files_that_are_right(tmp_path: Path) -> None:
    result = init(tmp_path, "--yes", "--name", "My shop")

    assert result.exit_code == 0
    backend = load_backend(tmp_path / "my_shop.backend.yaml")
    story = load_scenario(tmp_path / "my_shop.scenario.yaml")
    assert set(backend.calls) == {"login", "page"}
    assert backend.calls["login"].body == {"code": "${code}"}
    assert [step.action for step in story.steps] == [
        "wx.login",
        "backend.login",
        "device.state",
        "mock.verify",
        "backend.page",
        "backend.login",
    ]
    assert "wxsim run" in result.stdout
    assert problems([tmp_path]) == []


def test_questions_are_asked_in_both_languages_and_answered(tmp_path: Path) -> None:
    said = ["shop", "http://h:1/", "wx0123456789abcdef", "ab" * 16, "get /in"]
    said += ["header:X-WX-Code", "data.errno=0", "header.X-T", "header:X-T", "none"]

    result = init(tmp_path, answers="\n".join(said) + "\n")

    assert result.exit_code == 0
    assert "Where does it listen? 它监听在哪里？" in result.stderr
    backend = load_backend(tmp_path / "shop.backend.yaml")
    assert backend.base_url == "http://h:1"
    assert (backend.appid, backend.secret) == ("wx0123456789abcdef", "ab" * 16)
    assert backend.calls["login"].header == {"X-WX-Code": "${code}"}
    assert backend.calls["login"].method == "GET"
    rules = backend.calls["login"].judgement.success
    assert [(str(r.path), r.expected) for r in rules] == [
        ("statusCode", 400),
        ("data.errno", 0),
    ]
    assert backend.state.header == {"X-T": "${storage.token}"}
    assert set(backend.calls) == {"login"}


def test_answer_that_cannot_be_used_is_asked_again(tmp_path: Path) -> None:
    said = ["", "localhost", "", "wx1", "", "x", "", "login", "", "body:x", ""]
    said += ["ok", "", "token", "", "beaer", "", "GET", ""]

    result = init(tmp_path, answers="\n".join(said) + "\n")

    assert result.exit_code == 0
    wrong = ("is not an address", "'wx1' is no appid", "'x' is no secret")
    for sentence in (*wrong, "is no call", "A code is in one of"):
        assert sentence in result.stderr
    assert "is no place in an answer" in result.stderr
    assert "does not say what a success is" in result.stderr
    assert "does not say how the login state is sent" in result.stderr


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--code", "form:js_code"], "    form:\n      js_code: ${code}"),
        (["--login", "GET /x/{code}", "--code", "path"], "path: /x/${code}"),
        (["--login", "/x/", "--code", "path"], "path: /x/${code}"),
        (
            ["--keep", "cookie.sid", "--send", "cookie:sid"],
            "  cookie:\n    sid: ${",
        ),
        (["--keep", "text", "--send", "jwt"], "Authorization: JWT ${storage.token}"),
        (["--send", "body:token"], "  body:\n    token: ${storage.token}"),
        (["--success", "data.msg=ok"], "  data.msg: ok"),
        (["--success", "data.ok=true"], "  data.ok: true"),
        (["--keep", "none"], "# keep: {token: data.token}"),
        (["--send", "none"], "# send: {header:"),
        (["--url", "wsgi:shop:create_app"], "# factory: {wechat_api:"),
    ],
)
def test_options_answer_the_questions(
    options: list[str], line: str, tmp_path: Path
) -> None:
    assert init(tmp_path, "--yes", *options).exit_code == 0
    assert line in written(tmp_path)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "x.backend.yaml"
    file.write_text("mine")

    refused = init(tmp_path, "--yes", "--name", "x")
    asked = init(tmp_path, "--name", "x", answers="\n" * 12)

    assert (refused.exit_code, asked.exit_code) == (2, 2)
    assert "give --force" in refused.stderr
    assert "Overwrite it? 文件已存在，要覆盖吗" in asked.stderr
    assert file.read_text() == "mine"
    assert not (tmp_path / "x.scenario.yaml").exists()
    assert init(tmp_path, "--yes", "--name", "x", "--force").exit_code == 0
    assert file.read_text() != "mine"


def test_nobody_who_answers_is_told_of_yes(tmp_path: Path) -> None:
    result = init(tmp_path, answers="")

    assert result.exit_code == 2
    assert "give --yes" in result.stderr


def test_openapi_in_yaml_gives_the_answers(tmp_path: Path) -> None:
    source = tmp_path / "api.yaml"
    source.write_text(
        "openapi: 3.0.0\n"
        "info: {title: 'Shop: tea & more'}\n"
        "paths:\n"
        "  /login:\n"
        "    post:\n"
        "      requestBody: {content: {application/json: {schema: {required: [shop],\n"
        "        properties: {code: {}, encryptedData: {}, iv: {}, shop: {}}}}}}\n"
    )
    folder = tmp_path / "out"

    result = init(folder, "--openapi", source, "--yes")

    assert result.exit_code == 0
    text = written(folder)
    assert 'name: "Shop: tea & more"' in text
    assert "read from api.yaml" in text
    assert "      shop: EDIT  # EDIT: what belongs here?" in text
    story = (folder / "shop_tea_more.scenario.yaml").read_text()
    assert "  - wx.getUserInfo: {withCredentials: true}\n    save: profile" in story
    assert "      iv: ${profile.iv}" in story


def test_har_gives_the_answers(tmp_path: Path) -> None:
    body = json.dumps({"code": "0f1FUYRMTzBmS19Kdc8DYlvWzdepCRli"})
    posted = {"mimeType": "application/json", "text": body}
    request = {"method": "POST", "url": "http://h:1/in", "postData": posted}
    answer = {"content": {"text": '{"token": "abcdefgh"}'}}
    source = tmp_path / "shop.har"
    source.write_text(
        json.dumps({"log": {"entries": [{"request": request, "response": answer}]}})
    )
    folder = tmp_path / "out"

    assert init(folder, "--har", source, "--yes").exit_code == 0
    assert "path: /in" in written(folder)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "is neither JSON nor YAML"),
        ("[1]", "describes no backend"),
        ("{}", "describes no call that takes a code"),
        ("paths: {/login: [1]}", "is not an OpenAPI description"),
        ("paths: {/login: {post: {parameters: 7}}}", "is not an OpenAPI description"),
    ],
)
def test_description_that_is_none_is_2(
    text: str, sentence: str, tmp_path: Path
) -> None:
    source = tmp_path / "api.yaml"
    source.write_text(text)

    result = init(tmp_path, "--openapi", source, "--yes")

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_recording_that_is_none_is_2(tmp_path: Path) -> None:
    source = tmp_path / "x.har"
    source.write_text('{"log": {"entries": [1]}}')

    result = init(tmp_path, "--har", source, "--yes")

    assert result.exit_code == 2
    assert "is not a HAR file" in result.stderr


@pytest.mark.parametrize("name", ["yes", "商店", "a: b # c", "'", "- x", "null"])
def test_any_name_is_written_so_that_it_reads_the_same(
    name: str, tmp_path: Path
) -> None:
    init(tmp_path, "--yes", "--name", name)

    (file,) = tmp_path.glob("*.backend.yaml")
    assert load_backend(file).name == name


def test_later_call_that_takes_a_code_gets_one_of_its_own(tmp_path: Path) -> None:
    body = {"properties": {"code": {}, "encryptedData": {}, "iv": {}}}
    content = {"application/json": {"schema": body}}
    paths = {
        "/wx/login": {"post": {"parameters": [{"in": "query", "name": "code"}]}},
        "/user/info": {"post": {"requestBody": {"content": content}}},
    }
    source = tmp_path / "api.json"
    source.write_text(json.dumps({"paths": paths}))

    init(tmp_path, "--openapi", source, "--yes", "--name", "x")

    actions = [s.action for s in load_scenario(tmp_path / "x.scenario.yaml").steps]
    assert actions == [
        *("wx.login", "backend.login", "mock.verify"),
        *("wx.login", "wx.getUserInfo", "backend.profile", "backend.login"),
    ]
