"""The transition tables as Mermaid diagrams: what is drawn is what decides."""

import argparse

from domain.machine import Machine
from domain.machines import MACHINES


def diagrams() -> str:
    """One stateDiagram-v2 per machine, each under its name."""
    return "\n\n".join(diagram(machine) for machine in MACHINES)


def diagram(machine: Machine) -> str:
    """The rows of one table; what cannot be undone is drawn with a mark, moves to the same state
    are left out."""
    lines = [f"%% {machine.name}", "stateDiagram-v2", f"    [*] --> {machine.start}"]
    for move in machine.moves:
        if move.state != move.to:
            mark = " (cannot be undone)" if move.irreversible else ""
            lines.append(f"    {move.state} --> {move.to}: {move.event}{mark}")
    ends = [s for s in machine.states if not any(m.state == s and m.to != s for m in machine.moves)]
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in ends)])


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    print(diagrams())
    return 0
