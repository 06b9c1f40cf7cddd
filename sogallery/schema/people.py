"""The people of one client: the same key in two galleries is the same person, so what is said of them has to agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sogallery.model import Person
from sogallery.schema.gallery import PersonEntry
from sogallery.schema.node import Located, Report
from sogallery.schema.record import quoted
from sogallery.schema.text import did_you_mean

Entries = Mapping[str, Located[PersonEntry]]


@dataclass
class People:
    """Collects the people of one client, gallery by gallery."""

    client: str
    clients: Collection[str]
    found: dict[str, Person] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)  # key -> the file that named the person first

    def add(self, entries: Entries, report: Report) -> None:
        """Take in the people of one gallery.yaml; report what contradicts another one."""
        for key, entry in entries.items():
            person = self._person(key, entry, report)
            known = self.found.get(key)
            if known is None:
                self.found[key], self.first[key] = person, report.path
            else:
                self.found[key] = self._merged(known, person, entry, report)

    def check_guardians(self, entries: Entries, report: Report) -> None:
        """Report guardians who are nobody's key, once all galleries are in."""
        for entry in entries.values():
            for guardian in entry.value.guardians:
                if self._key(guardian.value) not in self.found:
                    message = f"the guardian {quoted(guardian.value)} is not among this client's people"
                    report.add(guardian, message, did_you_mean(guardian.value, self.found, "add them under `people`"))

    def of(self, keys: Iterable[str]) -> dict[str, Person]:
        """The people of one gallery, by key."""
        return {key: self.found[key] for key in keys}

    def _key(self, name: str) -> str:
        return name.removeprefix(f"{self.client}/")

    def _person(self, key: str, entry: Located[PersonEntry], report: Report) -> Person:
        said = entry.value
        client = said.client.value if said.client else ""
        if said.client and client not in self.clients:
            message = f"there is no client {quoted(client)}"
            report.add(said.client, message, did_you_mean(client, self.clients, "name a folder of clients/"))
        guardians = tuple(f"{self.client}/{self._key(guardian.value)}" for guardian in said.guardians)
        return Person(f"{self.client}/{key}", said.name or "", client, said.born, guardians)

    def _merged(self, known: Person, new: Person, at: Located[PersonEntry], report: Report) -> Person:
        for what in ("name", "client", "born", "guardians"):
            before, now = getattr(known, what), getattr(new, what)
            if before and now and before != now:
                key = known.id.rpartition("/")[2]
                message = f"{quoted(key)} has another `{what}` here than in {self.first[key]}"
                report.add(at, message, "make them agree, or use another key if this is somebody else")
        return replace(
            known,
            name=known.name or new.name,
            client=known.client or new.client,
            born=known.born or new.born,
            guardians=known.guardians or new.guardians,
        )
