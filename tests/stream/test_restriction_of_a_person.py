# SPDX-License-Identifier: EUPL-1.2
"""AVG 18 on a real hub: what arrives about a restricted person is kept and goes to nobody, until it is lifted."""

from __future__ import annotations

from connectors import Event
from tests.faults.hub_scene import GEM_A, SCHOOL_A, SCHOOL_B, VWN, until
from tests.stream.erasure_scene import RunningHub, somebody, with_a_case


async def test_a_restricted_persons_data_are_kept_and_not_delivered(hub: RunningHub) -> None:
    person = somebody()
    main = await with_a_case(hub, person)

    async def about(gebeurtenis: str, oin: str) -> int:
        return len([one for one in await hub.told(oin, gebeurtenis) if one.pseudoniem in names])

    names = {
        key.pseudonym(party)  # type: ignore[union-attr]
        for key in hub.scene.vault.keys.load([main]).values()
        for party in (f"{GEM_A}#gemeente", f"{SCHOOL_A}#taalschool", f"{SCHOOL_B}#taalschool", f"{VWN}#begeleider")
    }
    await hub.asked("person", "restrict", "--dossier", main, "--ground", "juistheid-betwist")
    await until(lambda: any(one.get("type") == "verwerking-beperkt" for one in hub.audit_of(main)), "the restriction")
    twice = await hub.command("person", "restrict", "--dossier", main, "--ground", "bezwaar")
    assert twice.exit_code == 1 and "so already" in twice.stderr

    # recipients are told, others are not, and nobody why
    for oin, told in ((GEM_A, 1), (SCHOOL_A, 1), (VWN, 1), (SCHOOL_B, 0)):
        assert await about("verwerking-beperkt", oin) == told
    notice = next(one for one in await hub.told(GEM_A, "verwerking-beperkt") if one.pseudoniem in names)
    assert dict(notice.data) == {"datum": "2026-03-02"}

    # kept
    report = {"taalniveau": "A2", "stagnatie": False}
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", person.by_bsn, report))
    record = next(one for one in hub.audit_of(main) if one.get("type") == "voortgang-gemeld")
    assert record["leveringen"] == [] and {one["reden"] for one in record["uitkomsten"]} == {"restricted"}
    assert await about("voortgang-gemeld", GEM_A) == 0

    # lifted
    await hub.asked("person", "unrestrict", "--dossier", main)
    await until(lambda: any(one.get("type") == "beperking-opgeheven" for one in hub.audit_of(main)), "its end")
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", person.by_bsn, {**report, "stagnatie": True}))
    assert await about("voortgang-gemeld", GEM_A) == 1, "what came after; what was held back stays where it is"
    assert await about("beperking-opgeheven", SCHOOL_A) == 1
    acts = [one["handeling"] for one in hub.audit_of(main) if one["soort"] == "handeling"]
    assert acts == ["verwerking-beperkt", "beperking-opgeheven"]
