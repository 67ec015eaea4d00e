"""`changeover serve`: reads the settings and starts what bot/serve.py puts together."""

import argparse

from bot import serve, settings


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    return serve.run(settings.read())
