"""From a page of words to Block Kit. Knows Slack's blocks; knows no Jinja, no rule and no dialog.

A rendered template is a page of lines. A blank line ends a paragraph (a section block); otherwise
the first sign of a line decides:

    # Title              header              ---            divider
    ~ small print        context             | their words  plain text, never parsed
    [Label](target)      a row of buttons; [*Label] primary, [!Label] danger;
                         (target@id) carries an offer of its own
    + [Label](target@id) a row that stays below its words where the buttons of a later part follow
    %% Title             a plan, whose tasks follow
    % status id Title    a task of it: done, now, later or missing
    %> words             what is said of the task; plain text
    %@ link              a page of the task: a link of our own, nothing else
    || cell || cell      a row of a table, the first its head; plain text, never parsed
    @ S0123ABCD          calls a user group by its id: the only live mention there is;
                         anything else there is dead text
    ? slot kind Label    an input of a modal; its options follow as "- value: Text",
                         its first value as "= value"
    ! Title / Submit     the title and button of a modal

A text from outside is a sealed token in the page (bot/rendering/outside.py): its words are put in
when the blocks are cut. Where a token stands in the place of an id (a target, an option's value, a
group, what an input begins with) it has to be such an id; else the line is plain words, and an
input begins empty.
"""

import re
from typing import Any

from bot.rendering import inputs
from bot.rendering.outside import (
    REPLACED,
    TOKEN,
    TOKENS,
    as_link,
    as_mrkdwn,
    as_plain,
    is_blank,
    unescape,
)

_BUTTON = re.compile(rf"\[([*!]?)((?:{TOKEN}|[^\]\x02])+)\]\(((?:{TOKEN}|[^()\s\x02])+)\)")
_BUTTON_ROW = re.compile(rf"(?:{_BUTTON.pattern}\s*)+")
_ACTION = re.compile(r"[a-z_]+\.\w+\.[^.]+")
_NO_NAME = re.compile(rf"[\s.@()\[\]{REPLACED}]")
_INPUT = re.compile(rf"\? ([a-z_]+) ({'|'.join(inputs.ELEMENTS)})(\??) (.+)")
_FIRST = re.compile(r"= (.+)")
_OPTION = re.compile(rf"- ((?:{TOKEN}|[A-Za-z0-9_])+): (.+)")
_CUT_OFF = re.compile(r"(?:&[a-z]{0,3}|<[^>]*)$")
_TASK = re.compile(r"% (\S+) (\S+) (.+)")
_GROUP = re.compile(r"S[A-Z0-9]{5,20}")
TASK_STATUS = {"done": "complete", "now": "in_progress", "later": "pending", "missing": "pending"}
STYLES = {"*": "primary", "!": "danger"}
MAX_LABEL, MAX_TITLE, MAX_HEADER, MAX_TEXT = 75, 24, 150, 3_000
MAX_ID, MAX_OPTION = 255, 150
EMPTY = "–"  # Slack refuses a whole message for one empty text
STAYS = "stays:"

Block = dict[str, Any]


class BadPage(ValueError):
    """A line of a template that cannot become a Slack block."""


def blocks_of(page: str, offer: str = "") -> list[Block]:
    """The Block Kit blocks of a page, buttons included. `offer` is the id that every button carries
    as its value."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        text = "\n".join(paragraph)
        if text:
            blocks.append(section(text))
        paragraph.clear()

    for line in page.split("\n"):
        block = _special(line.rstrip(), blocks, offer)
        if block is None and line.strip():
            if not is_blank(as_plain(line)):
                paragraph.append(line.strip())
            continue
        close()
        if block:
            blocks.append(block)
    close()
    return blocks


def _special(line: str, before: list[Block], offer: str) -> Block | None:
    """The block of a line with a leading sign; {} if it only extends the block before it; None for
    a line of text."""
    if line == "---":
        return {"type": "divider"}
    if line.startswith("# "):
        return {"type": "header", "text": plain(line[2:], MAX_HEADER)}
    if line.startswith("~ "):
        return {"type": "context", "elements": [mrkdwn(line[2:].strip())]}
    if line.startswith("@ "):
        return _group(line[2:])
    if line.startswith("%"):
        return _plan(line, before)
    if line.startswith("|| "):
        return _table_row(before, line[3:])
    if line.startswith("| "):
        return {"type": "section", "text": plain(line[2:])}
    if line.startswith("+ ") and (elements := _buttons(line[2:], offer)):
        return {
            "type": "actions",
            "block_id": f"{STAYS}{elements[0]['action_id']}:{elements[0]['value']}",
            "elements": elements,
        }
    if elements := _buttons(line, offer):
        return {"type": "actions", "elements": elements}
    if found := _INPUT.fullmatch(line):
        slot, kind, optional, label = found.groups()
        return inputs.asked(slot, kind, bool(optional), plain(label))
    if (
        (found := _OPTION.fullmatch(line))
        and (value := as_plain(found[1]))
        and _is_name(value, MAX_OPTION)
    ):
        return _add_option(before, value, found[2])
    if (found := _FIRST.fullmatch(line)) and before and before[-1]["type"] == "input":
        inputs.fill_in(before[-1]["element"], as_plain(found[1]).strip())
        return {}
    return None


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def _group(written: str) -> Block:
    """The call of a user group, whose id comes from the workspace's terms; what is no such id calls
    nobody."""
    id_ = as_plain(written).strip()
    if not _GROUP.fullmatch(id_):
        return {"type": "section", "text": plain(written)}
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": f"<!subteam^{id_}>", "verbatim": True},
    }


def _plan(line: str, before: list[Block]) -> Block | None:
    """A plan, or {} where the line adds to the plan before it (Slack's page on `plan`)."""
    if line.startswith("%% "):
        return {"type": "plan", "title": plain(line[3:], MAX_HEADER)["text"], "tasks": []}
    if not before or before[-1]["type"] != "plan":
        return None
    tasks = before[-1]["tasks"]
    if (found := _TASK.fullmatch(line)) and as_plain(found[1]) in TASK_STATUS:
        status, id_, title = as_plain(found[1]), as_plain(found[2]), found[3]
        tasks.append(
            {
                "type": "task_card",
                "task_id": id_,
                "title": plain(title, MAX_HEADER)["text"],
                "status": TASK_STATUS[status],
            }
        )
        return {}
    if tasks and line.startswith("%> "):
        said = {"type": "text", "text": plain(line[3:])["text"]}
        words = tasks[-1].setdefault("details", {"type": "rich_text", "elements": []})
        words["elements"].append({"type": "rich_text_section", "elements": [said]})
        return {}
    if tasks and line.startswith("%@ ") and (link := as_link(line[3:])):
        tasks[-1].setdefault("sources", []).append({"type": "url", "url": link[0], "text": link[1]})
        return {}
    return None


def _table_row(before: list[Block], line: str) -> Block:
    """A new table, or {} where the row joins the table before it. Slack takes 100 rows of 20 cells,
    and no empty one."""
    row = [{"type": "raw_text", "text": plain(cell)["text"].strip()} for cell in line.split("||")]
    if before and before[-1]["type"] == "table":
        before[-1]["rows"].append(row)
        return {}
    return {"type": "table", "rows": [row]}


def mrkdwn(text: str) -> Block:
    """Verbatim: Slack makes no link, mention or channel out of what a person typed."""
    text = as_mrkdwn(text)
    if len(text) > MAX_TEXT:
        text = _CUT_OFF.sub("", text[: MAX_TEXT - 1]) + "…"
    return {"type": "mrkdwn", "text": EMPTY if is_blank(text) else text, "verbatim": True}


def plain(text: str, at_most: int = MAX_TEXT) -> Block:
    """Plain text, unescaped: Slack shows it as it is. What is too long ends in an ellipsis."""
    text = as_plain(text)
    if len(text) > at_most:
        text = text[: at_most - 1] + "…"
    return {"type": "plain_text", "text": EMPTY if is_blank(text) else text, "emoji": False}


def _buttons(line: str, offer: str) -> list[Block]:
    """The buttons of a row; none where the line is no row of buttons, or where one of them leads
    nowhere."""
    if not line.startswith("[") or not _BUTTON_ROW.fullmatch(line):
        return []
    row = [(found[1], found[2], _target(found[3])) for found in _BUTTON.finditer(line)]
    return (
        [_button(*button, offer) for button in row]
        if all(target[0] for _, _, target in row)
        else []
    )


def _add_option(before: list[Block], value: str, text: str) -> Block:
    """{}, for an option adds to the input before it."""
    if not before or "options" not in before[-1].get("element", {}):
        raise BadPage(f"the option {value!r} follows no choice")
    before[-1]["element"]["options"].append({"text": plain(text, MAX_LABEL), "value": value})
    return {}


def _target(written: str) -> tuple[str, str]:
    """Action id and own offer; an empty action id where a text from outside is no id, or the whole
    is none.

    A token is one part of the target. It may be the whole action id where the template has nothing
    beside it.
    """
    action, _, own = written.partition("@")
    parts = TOKENS.findall(own) + ([] if TOKENS.fullmatch(action) else TOKENS.findall(action))
    action, own = as_plain(action), as_plain(own)
    names = [own, *map(as_plain, parts), *action.split(".")]
    return (
        (action, own)
        if _ACTION.fullmatch(action) and all(map(_is_name, names)) and len(action) <= MAX_ID
        else ("", "")
    )


def _is_name(text: str, at_most: int = MAX_ID) -> bool:
    """Can it be one part of an id? Any script is allowed, but no separators and nothing
    invisible."""
    return len(text) <= at_most and text.isprintable() and not _NO_NAME.search(text)


def _button(sign: str, label: str, target: tuple[str, str], offer: str) -> Block:
    action, own = target
    button: Block = {
        "type": "button",
        "text": plain(label, MAX_LABEL),
        "action_id": action,
        "value": own or offer or "-",
    }
    return button | ({"style": STYLES[sign]} if sign else {})


def buttons_last(
    parts: list[list[Block]], small_print: list[Block], way_out: list[Block], asked: bool = True
) -> list[Block]:
    """One message of several parts: their texts with a divider between them, the small print, then
    the last part's buttons.

    An answer in the middle of a dialog keeps the open question's buttons as the last block
    (docs/architecture.md). The "not what I asked" buttons belong to the answer: a row of their own,
    before the question if one follows (`asked`), otherwise at the end.
    """
    rows = [[b for b in part if b["type"] == "actions"] for part in parts]
    last = next((row for row in reversed(rows) if row), [])
    asks = bool(asked and parts[1:] and rows[-1] and way_out)
    words: list[Block] = []
    for number, part in enumerate(parts, 1):
        said = [
            b
            for b in part
            if b["type"] != "actions" or (b not in last and b.get("block_id", "").startswith(STAYS))
        ]
        if asks and number == len(parts):
            words += way_out
        words += [{"type": "divider"}, *said] if words and said else said
    return words + small_print + last + ([] if asks else way_out)


def one_below_the_other(parts: list[list[Block]], at_most: int) -> list[Block]:
    """Parts with a divider between them; a button that is there already (same action, same offer)
    is not repeated."""
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
    """The text of a message as a screen reader, a notification or a terminal shows it."""
    lines: list[str] = []
    for block in blocks:
        if block["type"] in ("table", "plan"):
            lines += lines_of(block)
        texts = [block.get("text")] if block["type"] in ("header", "section") else []
        lines += [
            t["text"] if t["type"] == "plain_text" else unescape(t["text"]) for t in texts if t
        ]
    return "\n".join(lines)


def words_of(task: Block) -> list[str]:
    """What is said of a task of a plan, line by line."""
    rows = task.get("details", {}).get("elements", ())
    return ["".join(said["text"] for said in row["elements"]) for row in rows]


def lines_of(block: Block) -> list[str]:
    """The text of a block, line by line."""
    if block["type"] == "divider":
        return ["---"]
    if block["type"] == "actions":
        return []
    if block["type"] == "table":
        return [" | ".join(cell["text"] for cell in row) for row in block["rows"]]
    if block["type"] == "plan":
        return [block["title"], *(": ".join([t["title"], *words_of(t)]) for t in block["tasks"])]
    texts: list[Any] = block.get("elements") or [block["text"]]
    said = [t["text"] if t["type"] == "plain_text" else unescape(t["text"]) for t in texts]
    return [line for text in said for line in text.split("\n")]
