"""The chart, rendered by Helm itself where helm-python-sdk is installed (.ci/run installs it)."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.environment import SECRETS
from bot.settings import NAMES

CHART = Path(__file__).resolve().parents[2] / "deploy" / "chart"
GOOD: dict[str, Any] = {"secret": {"name": "ours"}}
EVERYTHING: dict[str, Any] = {
    "secret": {"name": "ours", "keys": [*SECRETS]},
    "settings": {"RATE_USER": 30, "SLACK_CLIENT_ID": "1.2"},
    "ingress": {
        "enabled": True,
        "host": "bot.example.org",
        "tlsSecret": "tls",
        "className": "nginx",
    },
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "podAnnotations": {"a": "b"},
    "tolerations": [{"key": "x", "operator": "Exists"}],
    "nodeSelector": {"disk": "ssd"},
    "imagePullSecrets": [{"name": "registry"}],
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no secret": ({}, "/secret/name"),
    "no key for the audit log": (
        {"secret": {"name": "x", "keys": ["DATABASE_URL"]}},
        "/secret/keys",
    ),
    "a secret of no setting": (
        {"secret": {"name": "x", "keys": [*SECRETS, "PASSWORD"]}},
        "/secret/keys/6",
    ),
    "an unknown value": (GOOD | {"replica": 3}, "'replica' not allowed"),
    "no replica": (GOOD | {"replicas": 0}, "/replicas"),
    "an ingress for no host": (GOOD | {"ingress": {"enabled": True}}, "/ingress/host"),
    "the database in sight": (
        GOOD | {"settings": {"DATABASE_URL": "x"}},
        "propertyName 'DATABASE_URL'",
    ),
    "another port": (GOOD | {"settings": {"PORT": "80"}}, "propertyName 'PORT'"),
}


@pytest.fixture(scope="module")
def helm() -> Any:
    return pytest.importorskip("helm_python", reason="helm-python-sdk is not installed")


def rendered(helm: Any, values: dict[str, Any], name: str = "prod") -> dict[str, dict[str, Any]]:
    """kind -> manifest; each kind comes once."""
    with helm.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        files = chart.render(values, name=name, namespace="bots")
    found = [yaml.safe_load(text) for path, text in files.items() if path.endswith(".yaml")]
    kinds = [manifest["kind"] for manifest in found if manifest]
    assert len(kinds) == len(set(kinds))
    return {manifest["kind"]: manifest for manifest in found if manifest}


def pods(manifests: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [manifests[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]


def test_values_and_schema_know_the_same_names() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    assert set(values) == set(schema["properties"]) - {"global"}
    for name, value in values.items():
        if inside := schema["properties"][name].get("properties"):
            assert set(value) == set(inside), name
    keys = schema["properties"]["secret"]["properties"]["keys"]["items"]["enum"]
    assert set(keys) == set(SECRETS) <= set(NAMES)
    text = "".join(path.read_text("utf-8") for path in (CHART / "templates").iterdir())
    for used in set(re.findall(r"\.Values\.([\w.]+)", text)):
        at: Any = values
        for part in used.split("."):
            assert part in at, used
            at = at[part]


def test_helm_finds_no_fault(helm: Any) -> None:
    for values in (GOOD, EVERYTHING):
        findings = helm.lint(CHART, values)
        assert not [f for f in json.loads(json.dumps(findings))["messages"] if f["severity"] > 1], (
            findings
        )


@pytest.mark.parametrize("name", BAD)
def test_bad_values_are_refused(helm: Any, name: str) -> None:
    values, named = BAD[name]
    with pytest.raises(helm.HelmError, match=named):
        rendered(helm, copy.deepcopy(values))


@pytest.mark.parametrize("values", [GOOD, EVERYTHING], ids=["least", "everything"])
def test_kubernetes_takes_what_is_rendered(helm: Any, values: dict[str, Any]) -> None:
    validate = pytest.importorskip("kubernetes_validate").validate
    for kind, manifest in rendered(helm, values).items():
        if kind != "ServiceMonitor":
            validate(manifest, "1.31", strict=True)


def test_no_pod_has_a_right_or_a_secret_in_its_variables(helm: Any) -> None:
    for pod in pods(rendered(helm, EVERYTHING)):
        (container,) = pod["containers"]
        assert (
            pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
        )
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        env = {one["name"]: one["value"] for one in container["env"]}
        assert not set(env) & set(SECRETS)
        assert {name for name in env if name.endswith("_FILE")} == {f"{s}_FILE" for s in SECRETS}
        mounted = {
            item["path"] for v in pod["volumes"] if "secret" in v for item in v["secret"]["items"]
        }
        assert {Path(env[f"{s}_FILE"]).name for s in SECRETS} == mounted
        assert env["RATE_USER"] == "30"


def test_the_schema_comes_before_the_version_that_needs_it(helm: Any) -> None:
    job = rendered(helm, GOOD)["Job"]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["changeover", "migrate"]


def test_one_of_several_may_be_away_and_the_only_one_may_be_drained(helm: Any) -> None:
    manifests = rendered(helm, GOOD)
    budget, deployment = manifests["PodDisruptionBudget"]["spec"], manifests["Deployment"]["spec"]
    assert budget["maxUnavailable"] == 1
    assert (
        budget["selector"]
        == deployment["selector"]
        == {"matchLabels": manifests["Service"]["spec"]["selector"]}
    )
    labels = manifests["Job"]["spec"]["template"]["metadata"]["labels"]
    assert not deployment["selector"]["matchLabels"].items() <= labels.items()
    assert "PodDisruptionBudget" not in rendered(helm, GOOD | {"replicas": 1})


def test_the_world_reaches_what_slack_posts_to_and_nothing_else(helm: Any) -> None:
    manifests = rendered(helm, EVERYTHING)
    (rule,) = manifests["Ingress"]["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/slack"]
    (end,) = manifests["ServiceMonitor"]["spec"]["endpoints"]
    assert (end["port"], end["path"]) == ("http", "/metrics")
    assert not {"Ingress", "ServiceMonitor"} & set(rendered(helm, GOOD))


def test_chart_and_project_have_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    project = (CHART.parents[1] / "pyproject.toml").read_text("utf-8")
    assert f'version = "{chart["appVersion"]}"' in project
