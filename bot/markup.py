"""From a page of words to Block Kit. Knows Slack's blocks; knows no Jinja, no rule and no dialog.

A rendered template is a page of lines. A blank line ends a paragraph (a section block); otherwise the first sign of a line decides:

    # Title              header              ---            divider
    ~ small print        context             | their words  plain text, never parsed (what people wrote)
    [Label](target)      a row of buttons; [*Label] primary, [!Label] danger; (target@id) carries an offer of its own
    + [Label](target@id) a row that stays below its words where the buttons of a later part follow
    || cell || cell      a row of a table, the first its head; plain text, never parsed
    @ S0123ABCD          calls a user group by its id: the only live mention there is; anything else there is dead text
    ? slot kind Label    an input of a modal; its options follow as "- value: Text", what stands in it at first as "= value"
    ! Title / Submit     the title and button of a modal

A value that came from outside stands between OPEN and SHUT (render.py puts them there), so it can never begin a line
that means something; NEWLINE keeps its line breaks.
"""

import re
from typing import Any

OPEN, SHUT, NEWLINE = "\x02", "\x03", "\x1f"
SIGNS = str.maketrans({OPEN: None, SHUT: None, NEWLINE: "\n"})
_BUTTON = re.compile(r"\[([*!]?)((?:\x02[^\x03]*\x03|[^\]\x02])+)\]\(([^()\s]+)\)")
_BUTTON_ROW = re.compile(rf"(?:{_BUTTON.pattern}\s*)+")
_INPUT = re.compile(r"\? ([a-z_]+) (choice|menu|date|text|long|person|people|channel)(\??) (.+)")
_FIRST = re.compile(r"= (.+)")
_OPTION = re.compile(r"- ([A-Za-z0-9_]+): (.+)")
_CELLS = re.compile(r"\|\|(?![^\x02\x03]*\x03)")
_GROUP = re.compile(r"S[A-Z0-9]{5,20}")
STYLES = {"*": "primary", "!": "danger"}
MAX_LABEL = 75
STAYS = "stays:"

Block = dict[str, Any]


class BadPage(ValueError):
    """A line of a template that means nothing to Slack."""


def blocks_of(page: str, offer: str = "") -> list[Block]:
    """The Block Kit blocks of a page, buttons included. `offer` is the id that every button carries as its value."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        text = "\n".join(paragraph)
        if text.translate(SIGNS).strip():
            blocks.append(section(text))
        paragraph.clear()

    for line in page.splitlines():
        block = _special(line.rstrip(), blocks, offer)
        if block is None and line.strip():
            if line.translate(SIGNS).strip():
                paragraph.append(line.strip())
            continue
        close()
        if block:
            blocks.append(block)
    close()
    return blocks


def _special(line: str, before: list[Block], offer: str) -> Block | None:
    """The block of a line with a sign of its own; {} where it only adds to the one before; None for plain words."""
    if line == "---":
        return {"type": "divider"}
    if line.startswith("# "):
        return {"type": "header", "text": plain(line[2:])}
    if line.startswith("~ "):
        return {"type": "context", "elements": [mrkdwn(line[2:])]}
    if line.startswith("@ "):
        return _group(line[2:].translate(SIGNS).strip())
    if line.startswith("|| "):
        return _table_row(before, line[3:])
    if line.startswith("| "):
        return {"type": "section", "text": plain(line[2:])}
    if line.startswith("+ ") and (stays := _BUTTON_ROW.fullmatch(line[2:])):
        elements = [_button(m, offer) for m in _BUTTON.finditer(stays[0])]
        return {"type": "actions", "block_id": f"{STAYS}{elements[0]['action_id']}:{elements[0]['value']}", "elements": elements}
    if _BUTTON_ROW.fullmatch(line):
        return {"type": "actions", "elements": [_button(m, offer) for m in _BUTTON.finditer(line)]}
    if found := _INPUT.fullmatch(line):
        return _input(*found.groups())
    if found := _OPTION.fullmatch(line.translate(SIGNS)):
        return _add_option(before, *found.groups())
    if (found := _FIRST.fullmatch(line)) and before and before[-1]["type"] == "input":
        return _fill_in(before[-1]["element"], found[1].translate(SIGNS).strip())
    return None


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def _group(id_: str) -> Block:
    """The call of a user group, whose id comes from the workspace's terms; what is no such id calls nobody."""
    if not _GROUP.fullmatch(id_):
        return {"type": "section", "text": plain(id_ or " ")}
    return {"type": "section", "text": {"type": "mrkdwn", "text": f"<!subteam^{id_}>", "verbatim": True}}


def _table_row(before: list[Block], line: str) -> Block:
    """A new table, or {} where the row joins the table before it. Slack takes 100 rows of 20 cells, and no empty one."""
    row = [{"type": "raw_text", "text": plain(cell.strip())["text"].strip() or "–"} for cell in _CELLS.split(line)]
    if before and before[-1]["type"] == "table":
        before[-1]["rows"].append(row)
        return {}
    return {"type": "table", "rows": [row]}


def mrkdwn(text: str) -> Block:
    """Verbatim: Slack makes no link, mention or channel out of what a person typed."""
    return {"type": "mrkdwn", "text": text.translate(SIGNS), "verbatim": True}


def plain(text: str, at_most: int = 3_000) -> Block:
    """Plain text, unescaped: Slack shows it as it is. What is too long ends in an ellipsis."""
    text = unescape(text.translate(SIGNS))
    return {"type": "plain_text", "text": text if len(text) <= at_most else text[: at_most - 1] + "…", "emoji": False}


def escaped(text: str) -> str:
    """Plain words as Slack's text: nothing in them is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _button(found: "re.Match[str]", offer: str) -> Block:
    sign, label, target = found[1], found[2], found[3].translate(SIGNS)
    target, _, own = target.partition("@")
    button: Block = {"type": "button", "text": plain(label, MAX_LABEL), "action_id": target, "value": own or offer or "-"}
    return button | ({"style": STYLES[sign]} if sign else {})


def _input(slot: str, kind: str, optional: str, label: str) -> Block:
    element: Block = {"type": _ELEMENTS[kind], "action_id": slot}
    if kind in ("choice", "menu"):
        element["options"] = []
    element |= _MORE.get(kind, {})
    return {"type": "input", "block_id": slot, "optional": bool(optional), "label": plain(label), "element": element}


_ELEMENTS = {
    "choice": "radio_buttons",
    "menu": "static_select",
    "date": "datepicker",
    "text": "plain_text_input",
    "long": "plain_text_input",
    "person": "users_select",
    "people": "multi_users_select",
    "channel": "conversations_select",
}
_MORE: dict[str, Block] = {
    "text": {"max_length": 200},
    "long": {"multiline": True, "max_length": 3_000},
    "channel": {"filter": {"include": ["public", "private"], "exclude_external_shared_channels": True, "exclude_bot_users": True}},
}


def _add_option(before: list[Block], value: str, text: str) -> Block:
    if not before or "options" not in before[-1].get("element", {}):
        raise BadPage(f"the option {value!r} follows no choice")
    before[-1]["element"]["options"].append({"text": plain(text), "value": value})
    return {}


def _fill_in(element: Block, value: str) -> Block:
    """What stands in an input when the modal opens; {} for it adds to the block before."""
    kind = element["type"]
    if not value:
        return {}
    if kind == "multi_users_select":
        element["initial_users"] = value.split()
    elif "options" in element:
        element |= next(({"initial_option": o} for o in element["options"] if o["value"] == value), {})
    else:
        names = {"datepicker": "initial_date", "users_select": "initial_user", "conversations_select": "initial_conversation"}
        element[names.get(kind, "initial_value")] = unescape(value)
    return {}


def buttons_last(parts: list[list[Block]], small_print: list[Block], way_out: list[Block], asked: bool = True) -> list[Block]:
    """One message of several parts: their words with a line between, the small print, then the last part's buttons.

    An answer in the middle of a dialog keeps the open question's buttons as the last block (design.md, section 5); the way out
    belongs to the answer and stands in a row of its own, before the question that follows (`asked`), else at the end.
    """
    rows = [[b for b in part if b["type"] == "actions"] for part in parts]
    last = next((row for row in reversed(rows) if row), [])
    asks = bool(asked and parts[1:] and rows[-1] and way_out)
    words: list[Block] = []
    for number, part in enumerate(parts, 1):
        said = [b for b in part if b["type"] != "actions" or (b not in last and b.get("block_id", "").startswith(STAYS))]
        if asks and number == len(parts):
            words += way_out
        words += [{"type": "divider"}, *said] if words and said else said
    return words + small_print + last + ([] if asks else way_out)


def one_below_the_other(parts: list[list[Block]], at_most: int) -> list[Block]:
    """Parts with a line between; a button that stands there already (the same action about the same) is not repeated."""
    blocks: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for part in parts:
        said: list[Block] = []
        for block in part:
            if block["type"] == "actions":
                new = [e for e in block["elements"] if (e["action_id"], e["value"]) not in seen]
                seen |= {(e["action_id"], e["value"]) for e in new}
                block = block | {"elements": new}
            if block.get("elements") != []:
                said.append(block)
        if said and len(blocks) + 1 + len(said) <= at_most:
            blocks += [{"type": "divider"}, *said] if blocks else said
    return blocks


def as_text(blocks: list[Block]) -> str:
    """What a screen reader, a notification or a terminal shows for the words of a message."""
    lines: list[str] = []
    for block in blocks:
        if block["type"] == "table":
            lines += lines_of(block)
        texts = [block.get("text")] if block["type"] in ("header", "section") else []
        lines += [t["text"] if t["type"] == "plain_text" else unescape(t["text"]) for t in texts if t]
    return "\n".join(lines)


def lines_of(block: Block) -> list[str]:
    """The words of a block, a line each."""
    if block["type"] == "divider":
        return ["---"]
    if block["type"] == "actions":
        return []
    if block["type"] == "table":
        return [" | ".join(cell["text"] for cell in row) for row in block["rows"]]
    texts: list[Any] = block.get("elements") or [block["text"]]
    said = [t["text"] if t["type"] == "plain_text" else unescape(t["text"]) for t in texts]
    return [line for text in said for line in text.split("\n")]
