"""What a printed byline has said so far: persons with their roles, sources, staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.text import credits as words
from crawler.text.agencies import canonical_source
from crawler.text.names import remove_titles, restore_case
from crawler.text.pieces import split_hyphens, split_pieces

if TYPE_CHECKING:
    from crawler.items import Role


@dataclass(slots=True)
class Person:
    """A name met in the line, and what is known of it so far."""

    name: str
    roles: list[Role] = field(default_factory=list)
    is_contributor: bool = False

    def final_roles(self) -> tuple[Role, ...]:
        """Return the roles; a contributor without a label is nothing but that."""
        if self.is_contributor and "contributor" not in self.roles:
            return (*self.roles, "contributor")
        return tuple(self.roles) or ("text",)


@dataclass(slots=True)
class CreditSheet:
    """What the lines read so far say; ``is_complete`` is False once a run made no sense."""

    persons: list[Person] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    is_staff: bool = False
    is_complete: bool = True
    is_marked: bool = False
    """A label, a source word, staff or an agency was met: more than bare names."""
    label: words.Roles | None = None
    """Roles of the label in force; none for work that is no authorship."""
    group: int = 0
    """Index of the first person since the last label or bracket with roles."""
    is_titled: bool = False
    """A title was met: posts and employers that follow are left out."""
    covers_contributors: bool = False
    """`CTV` was met: the names that follow are contributors."""
    pending: str | None = None
    """Persons after `Theo` whose agency may still come."""

    def start_label(self, label: str) -> None:
        """Put the names that follow under a label."""
        roles = words.parse_roles(label)
        self.is_complete &= roles is not None
        self.is_marked = True
        self.label = roles
        self.group = len(self.persons)
        self.covers_contributors = False

    def add_roles(self, roles: words.Roles) -> None:
        """Give the roles to every name since the last label or bracket with roles."""
        for person in self.persons[self.group :]:
            person.roles += [role for role in roles if role not in person.roles]

    def settle_pending(self) -> None:
        """Keep as a source what could have been a person of an agency."""
        if self.pending:
            self.sources.append(self.pending)
        self.pending = None

    def add_source(self, text: str) -> None:
        """Add a source; a person named after `Theo` right before it is its author."""
        self.is_marked = True
        self.is_complete &= len(text) <= 100 and len(text.split()) <= 16
        self._take_pending()
        name = canonical_source(text)
        if name not in self.sources:
            self.sources.append(name)

    def _take_pending(self) -> None:
        for piece in split_pieces(self.pending or ""):
            for name in split_hyphens(piece.text):
                self.add_person(remove_titles(name))
        self.pending = None

    def add_staff(self, agency: str) -> None:
        """Note staff without a name, and the agency they are of, if any."""
        self.is_staff = self.is_marked = True
        if agency:
            self.add_source(agency)

    def add_person(self, name: str) -> None:
        """Add a name under the label in force; a name met before gains the label's roles."""
        if self.label == ():
            return
        name = restore_case(name.strip())
        roles = list(self.label or ())
        for person in self.persons:
            if person.name == name:
                person.roles += [role for role in roles if role not in person.roles]
                return
        self.persons.append(Person(name, roles, self.covers_contributors))
