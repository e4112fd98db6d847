"""A draw's story opened like a book: every signed record in it readable, changed at will, and signed again.

`Story.file` signs everything anew with the true keys and carries on what hangs on a change (the certificate's digest
and head, fingerprints, the randomness, and with them the rounds), so that none is refused for a stale digest alone.
"""

import base64
import copy
import json
from collections.abc import Mapping
from typing import Any

from drawing.fairness import Terms, fairness_page
from drawing.pool import Line
from drawing.selection import Quota
from tests.auditor.script import V
from tests.drawing.verify.build import Drawn, Forger
from vault import base32
from vault.dsse import sign_envelope
from vault.identity import PrivateIdentity
from vault.jsontext import dumps
from vault.suite import digest, netstring, sha256

_ENVELOPE = {"payload", "payloadType", "signatures"}
_BUILT = ("entries", "checkpoint", "inclusion", "consistency")
_FEW_DRAWS = 40
RECORD, SAID, BY = "record", "said", "signed by"


def opened(value: Any) -> Any:
    """Return a value in which each envelope is its record's name, what it says, and the key ids that signed."""
    if isinstance(value, dict):
        if set(value) == _ENVELOPE:
            said = opened(json.loads(base64.b64decode(value["payload"])))
            name = value["payloadType"].removeprefix("application/vnd.fengqian.").removesuffix(".v1+json")
            return {RECORD: name, SAID: said, BY: [one["keyid"] for one in value["signatures"]]}
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


def closed(value: Any, people: Mapping[str, PrivateIdentity]) -> Any:
    """Return what was opened as envelopes again; those who sign are looked up by key id."""
    if isinstance(value, dict):
        if set(value) == {RECORD, SAID, BY} and isinstance(value[RECORD], str) and isinstance(value[BY], list):
            who = [people[one] for one in value[BY] if isinstance(one, str) and one in people]
            said = dumps(closed(value[SAID], people))
            return sign_envelope(value[RECORD], said, list(dict.fromkeys(who)) or list(people.values())[:1]).to_json()
        return {key: closed(item, people) for key, item in value.items()}
    return [closed(item, people) for item in value] if isinstance(value, list) else value


class Story:
    """A transcript as one tree: `entries`, and `whole` for everything else that isn't built from them."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self._people = {one.keyid: one for one in drawn.people.values()}
        forger = Forger(drawn)
        whole = {name: value for name, value in forger.payload.items() if name not in _BUILT}
        self.tree: dict[str, Any] = {"whole": opened(whole), "entries": opened(forger.entries)}
        self._first = copy.deepcopy(self.tree)
        self.is_carried_on = True

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.tree["entries"] if isinstance(one, dict) and one.get("kind") == kind]

    def closed_whole(self) -> dict[str, Any]:
        """Return everything but the entries, signed."""
        found: dict[str, Any] = closed(self.tree["whole"], self._people)
        return found

    def file(self) -> bytes:
        """Return the transcript; `is_carried_on` says whether its rounds could be drawn again where they had to be."""
        again = self._carry_on()
        file = self._build()
        if not again:
            return file
        try:
            draw_again(self, file)
        except Exception:  # what the change made of it is for the verifiers to say
            self.is_carried_on = False
        return self._build()

    def _build(self) -> bytes:
        forger = Forger(self.drawn)
        forger.entries = closed(self.tree["entries"], self._people)
        forger.payload.update(self.closed_whole())
        for name in set(forger.payload) - set(self.tree["whole"]) - set(_BUILT):
            del forger.payload[name]
        return forger.file()

    def _carry_on(self) -> bool:
        """Put new digests where the old ones stood; say whether that changed any randomness."""
        try:
            old = _digests(self._first)
            self._rehead()
            new = _digests(self.tree)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError, StopIteration):
            self.is_carried_on = False
            return False
        changed = False
        for _ in range(8):  # a certificate's digest changes the next ceremony, and that one what follows it
            known = {was: now for was, now in zip(old, new, strict=False) if was != now}
            if not known:
                break
            changed = True
            self.tree = _substituted(self.tree, known)
            old, new = new, _digests(self.tree)
        return changed

    def _rehead(self) -> None:
        """Let the certificate name the head before it, unless the head itself was changed."""
        was = self._first_certificate()["head"]
        said = next(one for one in self.tree["entries"] if one["kind"] == "draw.frozen")["body"]["certificate"][SAID]
        if said["head"] != was:
            return
        forger = Forger(self.drawn)
        forger.entries = closed(self.tree["entries"], self._people)
        for number, entry in enumerate(forger.entries, forger.entries[0]["index"]):
            entry["index"] = number
        forger.rehead()
        head = json.loads(base64.b64decode(forger.body("draw.frozen")["certificate"]["payload"]))["head"]
        said["head"] = head

    def _first_certificate(self) -> dict[str, Any]:
        frozen = next(one for one in self._first["entries"] if one["kind"] == "draw.frozen")
        found: dict[str, Any] = frozen["body"]["certificate"][SAID]
        return found


def _digests(tree: dict[str, Any]) -> list[str]:
    """Return what other records name: the certificate's digest, each ceremony's, its fingerprint, the randomness."""
    found = []
    for entry in tree["entries"]:
        if entry["kind"] == "draw.frozen":
            found.append(sha256(dumps(entry["body"]["certificate"][SAID])).hex())
        elif entry["kind"] == "draw.fixed":
            whole = digest("ceremony", dumps(entry["body"]["ceremony"][SAID]))
            found += [whole.hex(), base32.fingerprint(whole)]
        elif entry["kind"] == "draw.seeded":
            values = [one.encode("utf-8") for one in entry["body"]["values"]]
            found.append(b"".join(map(netstring, values)).decode("utf-8"))
    return found


def _substituted(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _substituted(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_substituted(item, known) for item in value]
    return known.get(value, value) if isinstance(value, str) else value


def draw_again(story: Story, file: bytes) -> None:
    """Write the rounds, the committee and the fairness page that table, codes and the new randomness give."""

    class Writing(V.Replay):  # type: ignore[misc, name-defined]
        def compare_result(self, entry: Any, written: bytes) -> None:
            again.append(written)

        def fill(self, order: list[Any], outcome: dict[str, Any]) -> list[dict[str, Any]]:
            filled = super().fill(order, outcome)
            stated = story.entries("draw.round_opened")[self.round - 1]["body"]
            stated.update(slots=filled, result=digest("round", again[-1]).hex())
            was: list[dict[str, Any]] = self.draw.of_kind("draw.round_opened")[self.round - 1].body["slots"]
            return was

    again: list[bytes] = []
    draw = V.open_transcript(file)
    V.check_signers(draw, {})
    for check in (V.check_journal, V.check_certificate, V.check_table, V.check_ceremonies, V.check_codes):
        check(draw)
    replay = Writing(draw)
    replay.results = [None] * len(story.entries("draw.round_opened"))
    replay.run()
    seats = [{"slot": one.name, "label": one.holder.label} for one in replay.slots.values() if one.holder]
    whole = story.tree["whole"]
    whole.update(results=[one.decode("utf-8") for one in again], committee=seats)
    if whole["fairness"]["method"] == "simulated":
        lines = [Line(one.label, tuple(one.mask), one.employer) for one in draw.eligible]
        quotas = tuple(Quota(count, reserves) for count, reserves in draw.quotas)
        terms = Terms(quotas, draw.cap)
        size = min(_FEW_DRAWS, whole["fairness"]["size"])
        whole["fairness"] = fairness_page(lines, terms, draw.certificate_digest(), size)
