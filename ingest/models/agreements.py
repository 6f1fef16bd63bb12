"""The records of agreements: their terms, clauses and contacts, and what other papers say of them. Spans are in the stored text."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.models.layout import Span
from ingest.models.mentions import DiaryNumber


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered § of an agreement."""

    number: str
    heading: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to reach about an agreement; `party` is whose contact it is, as the words say."""

    person: str
    role: str | None
    party: str | None
    phone: str | None
    email: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with its terms: the document itself, or one the text tells of. Dates are ISO; money is Swedish kronor a year.

    It is renewed by `renewal_months` at a time where nobody gives notice; `extension_option` is the sentence that lets a party extend it, `notice_by`
    a last day of notice that stands in the text, `payment` the words that say how it is paid, `indexed_from` the first year of the price index.
    `own` where the document is the agreement; then `notice_words` are its words of notice, which stand at `notice_span`, and `alike` those that say
    that others sign the same.
    """

    title: str
    parties: tuple[str, ...]
    dnr: DiaryNumber | None
    valid_from: str | None
    valid_to: str | None
    extended_to: str | None
    renewal_years: int | None
    notice_months: int | None
    compensation_sek: int | None
    price_index: str | None
    signed: str | None
    clauses: tuple[Clause, ...]
    span: Span
    renewal_months: int | None = None
    extension_option: str | None = None
    notice_by: str | None = None
    indexed_from: str | None = None
    payment: str | None = None
    contacts: tuple[Contact, ...] = ()
    own: bool = False
    notice_words: str | None = None
    notice_span: Span | None = None
    alike: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementNote:
    """What a paper says of an agreement that it is not itself. `kind`: ended, replaced, extended, notice, valid or agreed; `name` is what it calls
    the agreement, in force from `begins`; `day` the one on which that ends, or to which it is extended. `settled`: said as done or decided, not as
    proposed or thought of. `span` is the sentence, `decided` the decision that says it.
    """

    kind: str
    name: str
    parties: tuple[str, ...]
    dnr: DiaryNumber | None
    begins: str | None
    day: str | None
    settled: bool
    text: str
    span: Span
    decided: Span | None = None
