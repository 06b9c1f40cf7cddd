"""The judge against an oracle that knows nothing of its code: random people, photos, releases, events and days.

The oracle below is section 6 of the design written down once more, naively, over the same records. The public set
must be exactly what it derives.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.consent import (
    Coverage,
    Event,
    ModelRelease,
    Records,
    Review,
    Role,
    Signer,
    State,
    evidence_for,
    publishable,
)
from sogallery.model import Client, Consent, Gallery, Person, Photo, Scope, Site

WEB = Scope.PORTFOLIO_WEB
EPOCH = date(2026, 1, 1)
SHAS = {"a.jpg": "aa" * 32, "b.jpg": "bb" * 32, "c.jpg": "cc" * 32}
KEYS = ("ada", "lin", "kim")
PEOPLE = {
    "ada": Person("c/ada", "Ada"),
    "lin": Person("c/lin", "Lin"),
    "kim": Person("c/kim", "Kim", born=date(2008, 7, 1), guardians=("c/ada",)),
}
IDS = tuple(person.id for person in PEOPLE.values())

SOUND = 0.98  # how often a field is as it should be: worlds are made of a dozen such fields a photo

days = st.integers(-20, 400).map(lambda n: EPOCH + timedelta(days=n))


class Maker:
    """Makes worlds that are mostly in order. Random through and through, from one seed, so that it is quick."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def fine(self, good, *bad):
        """`good`, or now and then one of the others."""
        return good if self.dice.random() < SOUND else self.dice.choice(bad)

    def day(self) -> date:
        return EPOCH + timedelta(days=self.dice.randint(-20, 400))

    def release(self, person: str) -> ModelRelease:
        """Somebody's release; of nobody if `person` is "": then the client's or the studio's."""
        role = Role.GUARDIAN if person == "c/kim" and self.dice.random() < 0.8 else Role.SELF
        if not person:
            role = self.dice.choice([Role.CLIENT, Role.CLIENT, Role.STUDIO])
        name = PEOPLE[person[2:]].name if role is Role.SELF else "Ada"
        reach = self.dice.choice([Coverage(("c/g",)), Coverage(photos=("c/g/a.jpg", "c/g/b.jpg"))])
        return ModelRelease(
            id=f"{self.dice.randint(0, 300):016x}",
            person=self.fine(person, "c/lin"),
            client="" if person else self.fine("c", "d"),
            signer=Signer(self.fine(name, "", "Bo"), self.fine(role, *Role), self.fine("mother", "")),
            covers=self.fine(reach, Coverage(), Coverage(("c/x",))),
            scopes=self.fine((WEB, Scope.PRESS), (WEB,), (Scope.PRESS,), ()),
            signed=self.fine(EPOCH, None, self.day()),
            valid_from=self.fine(None, self.day()),
            until=self.dice.choice([None, EPOCH + timedelta(days=500), self.day()]),
            document="x.pdf",
            document_sha256="dd" * 32,
            state=self.fine(State.GIVEN, *State),
            withdrawn=self.fine(None, self.day()),
        )

    def review(self, path: str) -> Review:
        who = self.dice.sample(IDS, self.dice.choice([0, 1, 1, 2, 3]))
        others = tuple(person for person in IDS if person not in who and self.dice.random() < 0.3)
        return Review(
            f"c/g/{path}",
            self.fine(SHAS[path], "00" * 32),
            complete=self.fine(True, False),
            nobody=self.fine(not who, bool(who)),
            recognisable=tuple(who),
            unsure=self.fine((), ("c/lin",)),
            not_recognisable=self.fine(others, ("c/kim",)),
            people=self.fine(None, 0, 1, 2),
            on=self.fine(EPOCH, None, self.day()),
            veto=self.fine("", "no"),
        )

    def consents(self) -> tuple[Consent, ...]:
        told = [Consent("publication", "given", EPOCH, (WEB,), evidence=self.fine("letter", ""))]
        for _ in range(self.dice.choice([0, 0, 0, 1, 2])):
            purpose = self.fine("publication", "promotions")
            state = self.dice.choice(["given", "refused", "withdrawn"])
            reach = self.dice.choice([(WEB,), (), (Scope.PRESS,)])
            told.append(Consent(purpose, state, self.day(), reach, evidence="letter"))
        return tuple(told)

    def events(self) -> tuple[Event, ...]:
        reach = [(), (WEB,), (Scope.PRESS,)]
        number = self.dice.choice([1, 2, 3])
        return tuple(Event(self.dice.choice([*State]), self.day(), self.dice.choice(reach)) for _ in range(number))

    def world(self) -> tuple[Site, Records]:
        """A site with one gallery of three photos and everything recorded about it."""
        photos = tuple(Photo(path, "", people=self.fine((), ("ada",))) for path in SHAS)
        client = Client("c", "Ada", consents=self.consents(), own=self.dice.random() < 0.2)
        gallery = Gallery("c", "g", "G", date(2026, 1, 1), people=PEOPLE, photos=photos)
        signed = [self.release(person) for person in (*IDS, "") for _ in range(self.dice.choice([0, 1, 1, 2]))]
        records = Records(
            releases=tuple(signed),
            reviews={f"c/g/{path}": self.review(path) for path in SHAS if self.fine(True, False)},
            documents={r.id: self.fine("dd", "ee") * 32 for r in signed if self.fine(True, False)},
            events={r.id: self.events() for r in signed if self.fine(False, True)},
            trouble="" if self.dice.random() < 0.98 else "cut",
        )
        return Site("S", clients={"c": client}, galleries=(gallery,)), records


def worlds():
    """Worlds by their seeds."""
    return st.integers(0, 2**32).map(lambda seed: Maker(seed).world())


def public_set(site, records, day):
    return {
        path
        for path, sha256 in SHAS.items()
        if publishable(evidence_for(site, records, f"c/g/{path}", sha256), WEB, day).allowed
    }


# --- the oracle ---------------------------------------------------------------------------------------------------


def oracle(site, records, day):
    """The public set, derived from the text of the design."""
    return {path for path in SHAS if not records.trouble and oracle_photo(site, records, path, day)}


def oracle_photo(site, records, path, day):
    review = records.reviews.get(f"c/g/{path}")
    photo = next(p for p in site.galleries[0].photos if p.path == path)
    if review is None or not review.complete or review.unsure or review.veto or review.sha256 != SHAS[path]:
        return False
    if review.on is None or review.on > day or review.nobody == bool(review.recognisable):
        return False
    if set(review.recognisable) & set(review.not_recognisable):
        return False
    if review.people not in (None, len(review.recognisable)):
        return False
    if any(f"c/{key}" not in review.recognisable + review.not_recognisable for key in photo.people):
        return False
    if not oracle_client(site.clients["c"].consents, day):
        return False
    good = [r for r in records.releases if oracle_release(r, records, f"c/g/{path}", day)]
    if not review.recognisable:
        role = Role.STUDIO if site.clients["c"].own else Role.CLIENT
        return any(not r.person and r.client == "c" and r.signer.role is role for r in good)
    return all(any(r.person == who and oracle_signature(r, day) for r in good) for who in review.recognisable)


def oracle_client(told, day):
    told = [c for c in told if c.purpose == "publication"]
    yes = [c.on for c in told if c.state == "given" and WEB in c.scopes and c.evidence and c.on <= day]
    no = [c.on for c in told if c.state != "given" and (WEB in c.scopes or not c.scopes)]
    return bool(yes) and all(later < max(yes) for later in no)


def oracle_release(r, records, ref, day):
    if sum(other.id == r.id for other in records.releases) > 1 or records.documents.get(r.id) != r.document_sha256:
        return False
    if not r.signer.name or r.signed is None or r.signed > day or WEB not in r.scopes:
        return False
    if (r.valid_from and r.valid_from > day) or (r.until and r.until < day):
        return False
    if r.withdrawn or r.state not in (State.GIVEN, State.RENEWED):
        return False
    if not (ref in r.covers.photos or "c/g" in r.covers.galleries):
        return False
    heard = [e for e in records.events.get(r.id, ()) if WEB in e.scopes or not e.scopes]
    bad = [e.on for e in heard if e.state not in (State.GIVEN, State.RENEWED, State.REQUESTED)]
    yes = [e.on for e in heard if e.state in (State.GIVEN, State.RENEWED) and e.on <= day]
    return not bad or (bool(yes) and max(bad) < max(yes))


def oracle_signature(r, day):
    person = PEOPLE[r.person.removeprefix("c/")]
    if r.signer.role is Role.SELF:
        return r.signer.name == person.name and (person.born is None or r.signed >= date(2026, 7, 1))
    if r.signer.role is Role.GUARDIAN:
        return person.born is not None and r.signer.name == "Ada" and bool(r.signer.relation) and day < date(2026, 7, 1)
    return False


# --- what must hold -----------------------------------------------------------------------------------------------

thorough = settings(max_examples=1000, deadline=None)


@thorough
@given(worlds(), days)
def test_the_public_set_is_the_oracles(world, day):
    """Not one photo more, not one less."""
    assert public_set(*world, day) == oracle(*world, day)


@thorough
@given(worlds(), days)
def test_without_the_releases_it_names_a_photo_is_gone(world, day):
    """A public photo rests on the releases that its Decision names; without one of them, only another can stand in."""
    site, records = world
    for path in public_set(site, records, day):
        decision = publishable(evidence_for(site, records, f"c/g/{path}", SHAS[path]), WEB, day)
        assert decision.release_ids
        for gone in decision.release_ids:
            left = tuple(r for r in records.releases if r.id != gone)
            fewer = replace(records, releases=left)
            assert (path in public_set(site, fewer, day)) == (path in oracle(site, fewer, day))
        bare = replace(records, releases=tuple(r for r in records.releases if r.id not in decision.release_ids))
        replaced = publishable(evidence_for(site, bare, f"c/g/{path}", SHAS[path]), WEB, day)
        assert not set(replaced.release_ids) & set(decision.release_ids)


@thorough
@given(worlds(), days, st.integers(1, 5000))
def test_beyond_its_last_day_a_decision_does_not_hold(world, day, later):
    """Up to the last day it holds every day; after it, only other releases could carry it."""
    site, records = world
    for path in public_set(site, records, day):
        evidence = evidence_for(site, records, f"c/g/{path}", SHAS[path])
        decision = publishable(evidence, WEB, day)
        if decision.last_day is not None:
            assert publishable(evidence, WEB, decision.last_day).allowed
            after = publishable(evidence, WEB, decision.last_day + timedelta(days=later))
            assert not after.allowed or set(after.release_ids) != set(decision.release_ids)


edits = st.lists(
    st.tuples(
        st.sampled_from(
            ["complete", "nobody", "people", "tagged", "veto", "recognisable", "release", "consent", "day"]
        ),
        st.integers(0, 3),
    ),
    max_size=12,
)


@thorough
@given(worlds(), days, edits)
def test_no_sequence_of_edits_publishes_an_unsure(world, day, steps):
    """As long as anybody in a photo is "unsure", nothing else that is edited makes it public."""
    site, records = world
    seen = {ref: replace(r, unsure=r.unsure or ("c/lin",)) for ref, r in records.reviews.items()}
    records = replace(records, reviews=seen)
    for what, n in steps:
        site, records, day = edited(site, records, day, what, n)
        assert public_set(site, records, day) == set()


def edited(site, records, day, what, n):
    """One edit of the kind that people make to get a photo through."""
    changes = {
        "complete": {"complete": True},
        "nobody": {"nobody": True},
        "people": {"people": n},
        "veto": {"veto": ""},
        "recognisable": {"recognisable": IDS[:n]},
    }
    if what in changes:
        seen = {ref: replace(r, **changes[what]) for ref, r in records.reviews.items()}
        return site, replace(records, reviews=seen), day
    if what == "release":
        who = IDS[n % 3]
        made = ModelRelease(
            f"{n + 100:016x}", Signer(PEOPLE[who[2:]].name), who, covers=Coverage(("c/g",)), scopes=tuple(Scope)
        )
        made = replace(made, signed=EPOCH, document="x.pdf", document_sha256="dd" * 32)
        documents = {**records.documents, made.id: "dd" * 32}
        return site, replace(records, releases=(*records.releases, made), documents=documents), day
    if what == "consent":
        agreed = Consent("publication", "given", EPOCH, tuple(Scope), evidence="letter")
        client = replace(site.clients["c"], consents=(*site.clients["c"].consents, agreed))
        return replace(site, clients={"c": client}), records, day
    return site, records, day + timedelta(days=n * 30)


@given(worlds(), st.dates())
def test_the_judge_always_answers(world, day):
    """Any day, any scope: a Decision, and its reasons agree with it."""
    site, records = world
    for path in SHAS:
        for scope in Scope:
            decision = publishable(evidence_for(site, records, f"c/g/{path}", SHAS[path]), scope, day)
            assert decision.allowed == (not decision.refusals)
            assert all(reason.text for reason in decision.reasons)


def test_the_worlds_are_worth_judging():
    """Photos are public about as often as not, so that the properties above mean something."""
    shown = [len(oracle(*Maker(seed).world(), EPOCH + timedelta(days=seed % 300))) for seed in range(400)]

    assert 200 < sum(shown) < 1000
