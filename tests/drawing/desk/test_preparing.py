"""Registering, surveying, approving: what is refused, what is journaled, what lies on the disk until the freeze."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drawing.bankstore import NoBankError
from drawing.custody import Confirmed
from drawing.desk import freezing, opening, preparing
from drawing.desk.preparing import (
    NoServerError,
    ReportChangedError,
    SecondApprovalError,
    StoredChangedError,
)
from drawing.desk.station import LiveDraw, UnknownDrawError
from drawing.eligibility import Reason
from drawing.narrowing import QuotasUnfillableError
from drawing.request import request_bytes
from drawing.rules import ApprovalNeededError, RequestRefusedError
from drawing.seats import note_closed
from drawing.steps import Step, StepRefusedError
from tests.drawing.desk.station import (
    KEY,
    SmallStation,
    approve,
    experts,
    freeze,
    go_on,
    pack,
    request_value,
    survey,
)
from tests.drawing.said import steps_of
from vault.database import writing
from vault.dsse import Envelope, verify_envelope
from vault.ids import DrawId
from vault.jsontext import loads
from vault.roles import NotAllowedError
from vault.suite import sha256

TWENTY_ONE = [{"kind": "person", "value": f"Z{number}", "ground": "某"} for number in range(21)]


def raw(**changes: Any) -> bytes:
    return json.dumps(request_value(**changes), ensure_ascii=False).encode()


def body(station: SmallStation, live: LiveDraw, kind: str) -> dict[str, Any]:
    *_, last = steps_of(station, subject=live.draw, kind=kind)
    return dict(last.body)


class TestPrepare:
    def test_serials_go_up_within_a_year_as_it_is_counted_in_china(self, station: SmallStation) -> None:
        assert station.load(station.prepare()).record.serial == "临抽 2026-0001"
        assert station.load(station.prepare()).record.serial == "临抽 2026-0002"
        station.clock.moment = station.clock.moment.replace(month=12, day=31, hour=17)
        meeting = request_value()["meeting"] | {"start": "2027-01-09T01:00:00Z"}
        meeting["sites"] = [meeting["sites"][0] | {"arrive": "2027-01-09T00:30:00Z"}]
        first = station.prepare(meeting=meeting, opening="2027-01-09T00:30:00Z")
        assert station.load(first).record.serial == "临抽 2027-0001"

    def test_a_refused_request_leaves_nothing(self, station: SmallStation) -> None:
        size = station.desk.journal.size
        quotas = request_value()["quotas"]
        with pytest.raises(RequestRefusedError):
            station.prepare(quotas=[quotas[0]])
        with pytest.raises(ApprovalNeededError):
            preparing.prepare(station.desk, raw(recusals=TWENTY_ONE), pack(), station.cast.operator)
        with pytest.raises(NoServerError):
            station.prepare(level="A")
        for other in (station.cast.supervisor, station.cast.keeper):
            with pytest.raises(NotAllowedError):
                preparing.prepare(station.desk, raw(), pack(), other)
        assert (station.desk.journal.size, station.files()) == (size, [])

    def test_a_station_without_a_bank_refuses(self, station: SmallStation) -> None:
        with writing(station.engine) as connection:
            connection.exec_driver_sql("DELETE FROM drawing_bank_version")
        with pytest.raises(NoBankError):
            station.prepare()

    def test_the_journal_s_digest_tells_a_stranger_nothing_of_bidders_and_recusals(self, station: SmallStation) -> None:
        """Whoever guesses the whole request can't confirm it from the entry, which the transcript publishes."""
        live = station.load(station.prepare())
        guess = request_bytes(preparing.stored_request(live))
        same = station.load(station.prepare())
        digests = {body(station, one, "draw.prepared")["request"] for one in (live, same)}
        assert len(digests) == 2
        assert sha256(guess).hex() not in digests

    def test_a_request_changed_on_the_disk_is_found(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        stored = live.folder.request.read_bytes()
        for changed in (stored.replace(b"E003", b"E004"), stored[:-1], stored[:31], b"", bytes(32) + stored[32:]):
            live.folder.request.write_bytes(changed)
            with pytest.raises(StoredChangedError):
                preparing.stored_request(live)
        live.folder.request.write_bytes(stored)
        assert preparing.stored_request(live).recusals[0].value == "E003"

    def test_another_draw_s_request_is_found(self, station: SmallStation) -> None:
        first, second = station.load(station.prepare()), station.load(station.prepare(recusals=[]))
        first.folder.request.write_bytes(second.folder.request.read_bytes())
        with pytest.raises(StoredChangedError):
            preparing.stored_request(first)

    def test_a_request_that_was_cut_off_before_its_entry_is_erased_by_the_next(self, station: SmallStation) -> None:
        left = station.desk.draw_folder(DrawId("0199e2a4-0000-7000-8000-00000000dead"))
        left.root.mkdir()
        left.request.write_bytes(b"bidders")
        (station.folder / "draws" / "note.txt").write_text("not a draw")
        live = station.load(station.prepare())
        assert not left.request.exists()
        assert live.folder.request.exists()

    def test_an_unknown_draw_is_named(self, station: SmallStation) -> None:
        with pytest.raises(UnknownDrawError):
            station.load(DrawId("0199e2a4-0000-7000-8000-00000000dead"))


class TestSurvey:
    def test_recused_and_barred_people_are_excluded(self, station: SmallStation) -> None:
        live = station.load(station.prepare(recusals=[{"kind": "employer", "value": "第05研究院", "ground": "某"}]))
        people = survey(live).people
        masks = dict(zip(people.ids, people.masks, strict=True))
        assert [person for person, mask in masks.items() if not mask] == ["E005", "E031"]
        assert len(people.ids) == 52

    def test_quotas_that_cannot_be_filled_say_which(self, station: SmallStation) -> None:
        quotas = request_value()["quotas"]
        quotas[1] |= {"count": 30}
        live = station.load(station.prepare(quotas=[quotas[0] | {"count": 3}, quotas[1]]))
        found = survey(live)
        with pytest.raises(QuotasUnfillableError) as caught:
            preparing.preview(live, found)
        assert [lack.text(str) for lack in caught.value.shortages] == [
            "quota 1 (A0803) lacks 0 expert(s) and 1 reserve(s)",
            "quota 2 (A06) lacks 7 expert(s) and 0 reserve(s)",
        ]
        with pytest.raises(QuotasUnfillableError):
            preparing.approve(live, found, station.cast.second, "某")
        assert live.record.step is Step.PREPARED

    def test_a_request_that_cannot_be_filled_is_journaled_as_a_preview_before_it_is_refused(
        self, station: SmallStation
    ) -> None:
        quotas = request_value()["quotas"]
        live = station.load(station.prepare(quotas=[quotas[0], quotas[1] | {"count": 30}]))
        found, size = survey(live), station.desk.journal.size
        with pytest.raises(QuotasUnfillableError) as caught:
            preparing.preview(live, found)
        assert station.desk.journal.size == size + 1
        assert body(station, live, "draw.previewed")["eligible"] == ["38", "26"]
        assert "fengqian abort" in caught.value.todo
        opening.abort(station.load(live.draw), "名额过多")
        assert not live.folder.request.exists()

    def test_a_request_whose_meeting_has_passed_meanwhile_is_refused(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        station.clock.advance(timedelta(days=30))
        with pytest.raises(RequestRefusedError):
            survey(live)

    def test_previews_are_counted_and_small_numbers_hidden(self, station: SmallStation) -> None:
        quotas = request_value()["quotas"]
        quotas[1] |= {"specialty": "A0601", "region": "临州市"}
        live = station.load(station.prepare(quotas=quotas))
        preparing.preview(live, survey(live))
        assert body(station, live, "draw.previewed")["eligible"] == ["38", "13"]
        station.import_bank([e for e in experts() if e.id < "E034" or e.specialties != ("A0601",)], "bank-2")
        preparing.preview(live, survey(live))
        assert body(station, live, "draw.previewed")["eligible"] == ["38", "fewer than 10"]
        assert station.load(live.draw).record.step is Step.PREPARED

    def test_look_alikes_are_shown_and_a_confirmed_one_excludes(self, station: SmallStation) -> None:
        bidders = [{"name": "第07研究院集团有限公司", "aliases": []}]
        live = station.load(station.prepare(bidders=bidders))
        alike = preparing.look_alikes(live)
        pair = next(match for match in alike if match.employer == "第07研究院")
        before, after = survey(live), survey(live, [Confirmed(pair.recused, pair.employer)])
        gone = set(zip(after.people.ids, after.people.masks, strict=True)) - set(
            zip(before.people.ids, before.people.masks, strict=True)
        )
        assert {person for person, _ in gone} == {"E007", "E033"}
        assert all(mask == () for _, mask in gone)

    def test_frequency_counts_closed_draws_alone(self, station: SmallStation) -> None:
        first = station.drawn_to(Step.OPENED)
        sat = {member.id for member in first.open_list().members if not member.slot.startswith("R")}
        reserve = {member.id for member in first.open_list().members} - sat
        second = station.load(station.prepare(lot="LZ-2"))
        before = survey(second).people
        assert all(mask for person, mask in zip(before.ids, before.masks, strict=True) if person in sat)
        go_on(first, station.cast, until=Step.CLOSED)
        after = survey(second)
        assert {person for person, _ in after.frequency} == sat
        masks = dict(zip(after.people.ids, after.people.masks, strict=True))
        assert {person for person, mask in masks.items() if not mask} == sat | {"E003"}
        assert all(masks[person] for person in reserve)
        uncapped = station.load(station.prepare(lot="LZ-3", frequency_cap=None))
        assert survey(uncapped).frequency == ()


class TestApprove:
    def test_a_clean_report_needs_the_supervisor_alone(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        preparing.approve(live, survey(live), None)
        said = body(station, live, "draw.narrowed")
        keyid = station.cast.supervisor.keyid
        assert (said["approved_by"], said["reason"]) == ([keyid], None)
        envelope = Envelope.of(said["signature"])
        keys = {keyid: station.cast.supervisor.public_key}
        assert verify_envelope(envelope, preparing.APPROVAL, keys) == {keyid}
        assert loads(envelope.payload) == {"draw": live.draw, "report": said["report"]}

    @pytest.mark.parametrize("changes", [{"recusals": TWENTY_ONE}, {"quotas": None}], ids=["request", "pool"])
    def test_a_passed_limit_needs_a_second_supervisor_and_a_reason(
        self, station: SmallStation, changes: dict[str, Any]
    ) -> None:
        """Limits of the request itself and those of its pool alike."""
        if "quotas" in changes:
            quotas = request_value()["quotas"]
            changes = {"quotas": [quotas[0] | {"reserves": 9}, quotas[1]]}
        live, cast = station.load(station.prepare(**changes)), station.cast
        found = survey(live)
        assert found.report.needs_approval
        for second, reason in ((None, "某"), (cast.second, " "), (cast.supervisor, "某"), (None, "")):
            with pytest.raises(SecondApprovalError):
                preparing.approve(live, found, second, reason)
        for nobody in (cast.operator, cast.other_operator, cast.keeper, cast.inside):
            with pytest.raises(Exception, match="vault\\."):
                preparing.approve(live, found, nobody, "某")
        assert live.record.step is Step.PREPARED
        assert not live.folder.matches.exists()
        preparing.approve(live, found, cast.second, " 专业人数有限 ")
        said = body(station, live, "draw.narrowed")
        assert said["approved_by"] == [cast.supervisor.keyid, cast.second.keyid]
        assert said["reason"] == "专业人数有限"

    def test_an_expired_supervisor_signs_nothing(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        found = survey(live)
        station.clock.advance(timedelta(days=5 * 365))
        with pytest.raises(Exception, match=r"vault\.identity\.expired"):
            preparing.approve(live, found)

    def test_the_report_may_be_signed_anew_and_the_last_signature_counts(self, station: SmallStation) -> None:
        bidders = [{"name": "第07研究院集团有限公司", "aliases": []}]
        live = station.load(station.prepare(bidders=bidders))
        approve(live, station.cast)
        match = next(m for m in preparing.look_alikes(live) if m.employer == "第07研究院")
        approve(live, station.cast, [Confirmed(match.recused, match.employer)])
        freeze(live)
        excluded = [line for line in live.secret.table.split("\n") if line.endswith("x - -")]
        assert len(excluded) == 3
        assert [pair.employer for pair in live.secret.matches] == ["第07研究院"]


class TestWhatWasSignedIsFrozen:
    """A freeze takes exactly what the supervisor signed, or nothing."""

    def refused(self, live: LiveDraw) -> None:
        with pytest.raises(ReportChangedError):
            freeze(live)
        assert live.record.step is Step.NARROWED
        assert not live.folder.pool.exists()

    def test_a_changed_bank(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.NARROWED)
        station.import_bank([*experts()[:-1], replace(experts()[-1], phone="13900009999")], "bank-2")
        self.refused(live)
        approve(live, station.cast)
        freeze(live)
        assert live.record.step is Step.FROZEN

    def test_another_employer_confirmed_than_the_one_signed_even_where_the_report_reads_the_same(
        self, station: SmallStation
    ) -> None:
        """Friends at one bidder are let in, and as many others put out: no count in the report moves."""
        bidders = [{"name": f"第{number}研究院集团有限公司", "aliases": []} for number in ("07", "11")]
        live = station.load(station.prepare(bidders=bidders))
        signed, other = (
            next(m for m in preparing.look_alikes(live) if m.employer[:3] == m.recused[:3] == f"第{number}")
            for number in ("07", "11")
        )
        approve(live, station.cast, [Confirmed(signed.recused, signed.employer)])
        unsigned = survey(live, [Confirmed(other.recused, other.employer)])
        assert sha256(unsigned.report_bytes).hex() == live.record.narrowing_digest
        with pytest.raises(ReportChangedError):
            freezing.freeze(live, unsigned, pack().id, "ab" * 32)
        freeze(live)

    def test_confirmed_employers_changed_on_the_disk(self, station: SmallStation) -> None:
        live = station.load(station.prepare(bidders=[{"name": "第07研究院集团有限公司", "aliases": []}]))
        match = next(m for m in preparing.look_alikes(live) if m.employer == "第07研究院")
        approve(live, station.cast, [Confirmed(match.recused, match.employer)])
        signed = live.folder.matches.read_bytes()
        live.folder.matches.write_bytes(signed[:32] + b'{"matches":[]}')
        self.refused(live)
        live.folder.matches.write_bytes(signed)
        freeze(live)

    def test_a_draw_that_closed_meanwhile(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.NARROWED)
        with writing(station.engine) as connection:
            note_closed(connection, "another", ["E010"], station.clock.now())
        self.refused(live)

    def test_a_request_changed_on_the_disk(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.NARROWED)
        found = live.folder.request.read_bytes()
        live.folder.request.write_bytes(found.replace(b"E003", b"E004"))
        with pytest.raises(StoredChangedError):
            freeze(live)

    def test_no_report_was_signed(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        with pytest.raises(StepRefusedError):
            freezing.freeze(live, survey(live), pack().id, "ab" * 32)


def test_reasons_of_exclusion_stay_off_the_disk(station: SmallStation) -> None:
    """Nothing on the disk but the encrypted database and boxes says who is excluded, once the draw is frozen."""
    station.drawn_to(Step.FROZEN)
    assert station.files() == ["pool.box"]
    stored = b"".join(path.read_bytes() for path in (station.folder / "draws").rglob("*") if path.is_file())
    for text in ("E003", "凤栖路桥", Reason.RECUSED_PERSON.value, KEY.hex()):
        assert text.encode() not in stored
