"""Java's clients and SDKs."""

from collections.abc import Sequence
from functools import partial

from tests.environments import java_classes
from tests.sdk.row import DRIVERS
from tests.sdk.row import Row


# HttpURLConnection and java.net.http are as old as the Java that runs them.
_CLIENTS = (
    ("HttpURLConnection", "", "java.net"),
    ("java.net.http", "", "java.nio"),
    ("OkHttp", "4.12.0", "java.net"),
    ("Apache HttpClient custom()", "4.5.13", "java.net, no proxy"),
)
_NEEDS = ("java", "javac", "mvn")


def _driver(program: str, *words: str) -> Sequence[str]:
    return ["java", "-cp", java_classes(DRIVERS / "java"), program, *words]


ROWS: tuple[Row, ...] = (
    *(
        Row(
            sdk=name,
            version=version,
            language="Java",
            http_stack=http_stack,
            command=partial(_driver, "JavaHttp", name),
            flows=("login", "token", "phone", "error"),
            needs=_NEEDS,
            bare=True,
        )
        for name, version, http_stack in _CLIENTS
    ),
    Row(
        sdk="WxJava weixin-java-miniapp",
        version="4.7.0",
        language="Java",
        http_stack="Apache HttpClient custom()",
        command=partial(_driver, "WxJava"),
        flows=("login", "token", "phone", "decrypt", "error", "retry"),
        needs=_NEEDS,
        base_url="`setApiHostUrl`",
        note=("from Java 9 on", "Java 9 起"),
    ),
)
