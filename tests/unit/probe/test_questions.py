"""The questions: each of them harmless, whatever the service answers."""

import pytest

from mockwx.probe.questions import APP
from mockwx.probe.questions import QUESTIONS
from mockwx.probe.questions import STABLE
from mockwx.probe.questions import TOKEN
from mockwx.probe.questions import Question


# Whatever the service answers, these do nothing but read or refuse.
READING = {
    "/sns/jscode2session",
    "/sns/oauth2/access_token",
    "/sns/userinfo",
    "/sns/auth",
    "/cgi-bin/token",
    "/cgi-bin/stable_token",
    "/cgi-bin/get_api_domain_ip",
    "/cgi-bin/openapi/quota/get",
    "/cgi-bin/mockwx_probe",
    "/wxa/checksession",
    "/wxa/business/getuserphonenumber",
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_question_is_harmless(question: Question) -> None:
    query = dict(question.query)
    wire = repr((question.query, question.body))

    assert question.path in READING
    if "<secret>" in wire:
        # The right secret goes where it alone opens nothing, and what it opens with
        # the stable token has to be asked for.
        assert question.path == "/sns/jscode2session" or question.needs == STABLE
        assert query.get("js_code", "") in ("", "mockwx-probe-no-such-code")
    assert ("<appid>" in wire) == (question.needs in (APP, STABLE))
    assert ("<access_token>" in wire) == (question.needs == TOKEN)
    assert '"force_refresh":true' not in question.body


def test_names_of_questions_are_their_own() -> None:
    assert len({each.name for each in QUESTIONS}) == len(QUESTIONS)
