"""Who reported or did what, and when: an append-only chain per workspace. Contains only ids, no
names and no texts.

Each entry is signed over the one before it (HMAC-SHA-256), so a changed, removed, added or moved
entry is detected; the head row detects a removed tail. The key is stored outside the database.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.json_values import Values
from domain.storage.prepared import Prepared
from domain.storage.store import AuditKey, Tx, table
from domain.tables import Audit, AuditHead

_log, _heads = table(Audit), table(AuditHead)
_HEAD = Prepared(
    select(_heads.c.seq, _heads.c.hash).where(_heads.c.team == bindparam("t")).with_for_update()
)
_MOVE_HEAD = Prepared(
    update(_heads)
    .where(_heads.c.team == bindparam("t"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)
_APPEND = Prepared(insert(_log), [c.name for c in _log.c])
_ENTRIES = (
    select(_log)
    .where(_log.c.team == bindparam("t"), _log.c.object == bindparam("o"))
    .order_by(_log.c.seq)
)


@dataclass(frozen=True)
class Entry:
    """One line of the log. `at` in milliseconds UTC."""

    seq: int
    at: int
    actor: str
    action: str
    object: str
    details: Values


def append(tx: Tx, actor: str, action: str, object_: str, details: Values) -> int:
    """Write one entry in the turn's transaction; returns its number in the team's chain (from
    1)."""
    head = _HEAD.first(tx.db, {"t": tx.team})
    if head is None:
        tx.db.execute(insert(_heads), {"team": tx.team, "seq": 0, "hash": ""})
    seq, prev = (head.seq + 1, head.hash) if head else (1, "")
    key_id, key = tx.key.newest
    row = {
        "team": tx.team,
        "seq": seq,
        "at": tx.at,
        "actor": actor,
        "action": action,
        "object": object_,
        "details": canonical(details),
        "key_id": key_id,
        "prev_hash": prev,
    }
    row["hash"] = signature(key, row)
    _APPEND.run(tx.db, row)
    _MOVE_HEAD.run(tx.db, {"t": tx.team, "new_seq": seq, "new_hash": row["hash"]})
    return seq


def append_all(tx: Tx, actor: str, action: str, objects: Sequence[str], details: Values) -> range:
    """The same entry about many objects, in a few statements whatever their number; returns their
    numbers in the chain."""
    head = _HEAD.first(tx.db, {"t": tx.team})
    if head is None:
        tx.db.execute(insert(_heads), {"team": tx.team, "seq": 0, "hash": ""})
    first, prev = (head.seq + 1, head.hash) if head else (1, "")
    key_id, key = tx.key.newest
    same = {
        "team": tx.team,
        "at": tx.at,
        "actor": actor,
        "action": action,
        "details": canonical(details),
        "key_id": key_id,
    }
    rows = []
    for seq, object_ in enumerate(objects, first):
        row = same | {"seq": seq, "object": object_, "prev_hash": prev}
        prev = row["hash"] = signature(key, row)
        rows.append(row)
    if rows:
        tx.db.execute(insert(_log), rows)
        _MOVE_HEAD.run(tx.db, {"t": tx.team, "new_seq": rows[-1]["seq"], "new_hash": prev})
    return range(first, first + len(rows))


def entries(tx: Tx, object_: str) -> list[Entry]:
    """All entries about one object, oldest first."""
    rows = tx.db.execute(_ENTRIES, {"t": tx.team, "o": object_})
    return [Entry(r.seq, r.at, r.actor, r.action, r.object, json.loads(r.details)) for r in rows]


def newest(tx: Tx) -> int:
    """The number of the workspace's last entry; 0 where there is none."""
    head = _HEAD.first(tx.db, {"t": tx.team})
    return head.seq if head else 0


def since(tx: Tx, seq: int) -> list[Entry]:
    """All entries after that number, oldest first."""
    here = (_log.c.team == tx.team, _log.c.seq > seq)
    rows = tx.db.execute(select(_log).where(*here).order_by(_log.c.seq))
    return [Entry(r.seq, r.at, r.actor, r.action, r.object, json.loads(r.details)) for r in rows]


def canonical(details: Values) -> str:
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signature(key: bytes, row: Any) -> str:
    """HMAC-SHA-256 over the previous hash and every field of the row. Each field is prefixed by its
    length, so that fields cannot be shifted."""
    fields = (
        row["prev_hash"],
        row["team"],
        row["seq"],
        row["at"],
        row["actor"],
        row["action"],
        row["object"],
        row["details"],
    )
    said = "".join(f"{len(str(f))}:{f}" for f in fields)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def faults(db: Connection, key: AuditKey) -> Iterator[str]:
    """What is wrong with the log: one line for each changed, missing, moved or unsigned entry.
    Empty if it is intact."""
    heads = {row.team: row for row in db.execute(select(_heads))}
    last: dict[str, tuple[int, str]] = dict.fromkeys(heads, (0, ""))
    for row in db.execute(
        select(_log).order_by(_log.c.team, _log.c.seq).execution_options(yield_per=2_000)
    ).mappings():
        seq, prev = last.get(row["team"], (0, ""))
        here = f"team {row['team']}, entry {row['seq']}"
        if row["seq"] != seq + 1:
            yield f"{here}: entry {seq + 1} is missing"
        if row["prev_hash"] != prev:
            yield f"{here}: does not follow the entry before it"
        secret = key.keys.get(row["key_id"])
        if secret is None:
            yield f"{here}: signed with the unknown key {row['key_id']}"
        elif not hmac.compare_digest(signature(secret, row), row["hash"]):
            yield f"{here}: was changed after it was written"
        last[row["team"]] = (row["seq"], row["hash"])
    for team, (seq, hash_) in last.items():
        if team not in heads or (heads[team].seq, heads[team].hash) != (seq, hash_):
            yield f"team {team}: the log ends at entry {seq}, its head says otherwise"
