"""`changeover key`: a new key for CHANGEOVER_SECRET_KEY. Keeps it nowhere."""

import argparse

from cryptography.fernet import Fernet


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    print(Fernet.generate_key().decode())
    return 0
