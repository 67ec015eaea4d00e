"""Where the second reader is: off without an address, never unencrypted over a network that is not
said to be trusted, and each wrong setting is named."""

from typing import Any

import pytest

from bot.second_reader.endpoint import Endpoint
from bot.settings import BadSetting, read, second_reader

URL = "https://models.example/v1/chat/completions"
AZURE = "https://contoso.openai.azure.com/openai"
DEPLOYED = f"{AZURE}/deployments/small/chat/completions?api-version=2024-10-21"
LOCAL = "http://127.0.0.1:8080/v1/chat/completions"


def of(**more: str) -> Any:
    return second_reader({f"SECOND_READER_{name.upper()}": value for name, value in more.items()})


def test_without_an_address_there_is_none() -> None:
    assert of() is None
    assert of(key="k", model="m", budget="5") is None
    assert read({}, serving=False).second_reader is None


def test_openai_azure_and_a_server_of_ones_own() -> None:
    assert of(url=URL, model="m", key="k") == Endpoint(URL, "k", "bearer", "m", 200)
    assert of(url=DEPLOYED, key="k") == Endpoint(DEPLOYED, "k", "api-key", "", 200)
    v1 = f"{AZURE}/v1/chat/completions"
    assert of(url=v1, key="k", model="m") == Endpoint(v1, "k", "api-key", "m", 200)
    assert of(url=DEPLOYED, key="k", auth="bearer").headers == {"Authorization": "Bearer k"}
    assert of(url=URL, key="k", model="m", auth="api-key").headers == {"api-key": "k"}
    assert of(url=LOCAL, budget="0") == Endpoint(LOCAL, budget=0)
    assert of(url=LOCAL).headers == {}
    for host in ("localhost", "[::1]", "127.0.0.2"):
        assert of(url=f"http://{host}:1/chat/completions")
    plain = "http://10.0.0.7/v1/chat/completions"
    assert of(url=plain, model="m", plain_http="1").url == plain


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"url": URL}, "MODEL"),
        ({"url": URL.replace("https", "http"), "model": "m"}, "https://"),
        ({"url": "http://localhost.evil.example/chat/completions", "model": "m"}, "https://"),
        ({"url": "http://127.0.0.1@evil.example/chat/completions", "model": "m"}, "URL"),
        ({"url": "ftp://127.0.0.1/chat/completions"}, "https://"),
        ({"url": "models.example/chat/completions", "model": "m"}, "URL"),
        ({"url": "https://models.example/v1", "model": "m"}, "/chat/completions"),
        ({"url": "https://me:pw@models.example/chat/completions", "model": "m"}, "URL"),
        ({"url": "https://[::1/chat/completions", "model": "m"}, "URL"),
        ({"url": "https://models.example:x/chat/completions", "model": "m"}, "URL"),
        ({"url": DEPLOYED.partition("?")[0]}, "api-version"),
        ({"url": URL, "model": "m", "auth": "basic"}, "AUTH"),
        ({"url": URL, "model": "m", "budget": "-1"}, "BUDGET"),
        ({"url": URL, "model": "m", "budget": "many"}, "BUDGET"),
        ({"url": URL, "model": "m", "key": "a\r\nX: y"}, "KEY"),
    ],
)
def test_a_wrong_setting_is_named(more: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        of(**more)


def test_the_key_is_never_shown() -> None:
    assert "sesame" not in repr(of(url=URL, model="m", key="sesame"))
    assert "sesame" not in repr(
        read({"SECOND_READER_URL": LOCAL, "SECOND_READER_KEY": "sesame"}, serving=False)
    )
