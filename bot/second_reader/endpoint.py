"""Where the second reader is, from the settings: any OpenAI-compatible chat-completions address.
Calls nothing."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

NAMES = (
    "SECOND_READER_URL",
    "SECOND_READER_KEY",
    "SECOND_READER_AUTH",
    "SECOND_READER_MODEL",
    "SECOND_READER_BUDGET",
    "SECOND_READER_PLAIN_HTTP",
)
PATH, DEPLOYMENT = "/chat/completions", "/openai/deployments/"
AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")
BEARER, API_KEY = "bearer", "api-key"
BUDGET, MOST_BUDGET = 200, 1_000_000


@dataclass(frozen=True)
class Endpoint:
    """`url`: the whole address. `auth`: how the `key` is sent; without a key nothing is. `model`:
    "" where the address says which. `budget`: messages a day and workspace."""

    url: str
    key: str = field(repr=False, default="")
    auth: str = BEARER
    model: str = ""
    budget: int = BUDGET

    @property
    def host(self) -> str:
        """Whom texts are sent to, to be shown to the operator."""
        return urlsplit(self.url).netloc

    @property
    def headers(self) -> dict[str, str]:
        if not self.key:
            return {}
        if self.auth == API_KEY:
            return {"api-key": self.key}
        return {"Authorization": f"Bearer {self.key}"}


def endpoint_in(value: Mapping[str, str]) -> Endpoint | None:
    """The second reader of these settings; None where it has no address: then there is none. Raises
    ValueError, naming the setting and what it must look like."""
    url = value["SECOND_READER_URL"]
    if not url:
        return None
    _check_address(url, plain_http=value["SECOND_READER_PLAIN_HTTP"] == "1")
    key, model = value["SECOND_READER_KEY"], value["SECOND_READER_MODEL"]
    if not key.isascii() or not key.isprintable():
        raise ValueError("SECOND_READER_KEY must be one line of plain letters and digits")
    split = urlsplit(url)
    deployed, is_azure = DEPLOYMENT in split.path, (split.hostname or "").endswith(AZURE)
    if deployed and "api-version" not in parse_qs(split.query):
        raise ValueError(
            "SECOND_READER_URL: the address of an Azure deployment ends in ?api-version=..."
        )
    if not model and not deployed and not _is_loopback(url):
        raise ValueError("SECOND_READER_MODEL is not set: name the model of SECOND_READER_URL")
    auth = value["SECOND_READER_AUTH"] or (API_KEY if deployed or is_azure else BEARER)
    if auth not in (BEARER, API_KEY):
        raise ValueError(f"SECOND_READER_AUTH must be {BEARER} or {API_KEY}")
    return Endpoint(url, key, auth, model, _budget(value["SECOND_READER_BUDGET"]))


def _check_address(url: str, *, plain_http: bool) -> None:
    """What is sent goes to this address alone, so it has to be one that no one else can read."""
    try:
        split = urlsplit(url)
        whole = bool(split.hostname) and (split.port is None or split.port > 0)
    except ValueError:
        whole = False
    if not whole or split.username or split.password or split.fragment or "\\" in url:
        raise ValueError("SECOND_READER_URL must be an address like https://host/v1" + PATH)
    if not split.path.endswith(PATH):
        raise ValueError(f"SECOND_READER_URL must end in {PATH} (and ?api-version=... on Azure)")
    if split.scheme != "https" and not (
        split.scheme == "http" and (plain_http or _is_loopback(url))
    ):
        raise ValueError(
            "SECOND_READER_URL must begin with https://; http:// is for this machine alone, or "
            "with SECOND_READER_PLAIN_HTTP=1 for a network that you trust"
        )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _budget(said: str) -> int:
    if said and not (said.isascii() and said.isdigit() and int(said) <= MOST_BUDGET):
        raise ValueError(f"SECOND_READER_BUDGET must be a whole number up to {MOST_BUDGET}")
    return int(said or BUDGET)
