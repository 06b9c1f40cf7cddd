"""A form as PDF on A4, with the fonts that every PDF reader has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFUnicodeEncodingException

from sogallery.errors import FaultError, UsageError
from sogallery.forms.html import studio_lines
from sogallery.forms.texts import Form
from sogallery.model import Site

MARGIN = 15.0  # lengths are millimetres, sizes of letters points
BOX = 3.6
LINE = 9.0
LABEL = 4.0
GAP = 8.0
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # the same form is the same file on every day


def form_pdf(form: Form, site: Site, font: Path | None = None) -> bytes:
    """The file's bytes. `font` is a TrueType file for names in letters that the built-in fonts (Latin) lack.

    Raises UsageError if such letters are there and no font is given.
    """
    try:
        return _Sheet(form, site, font).draw()
    except FPDFUnicodeEncodingException as error:
        hint = "give a TrueType font that has it with --font FILE.ttf, or make the form as .html"
        raise UsageError(f"the fonts built into PDF have no letter {error.character!r}", hint) from error


class _Sheet:
    def __init__(self, form: Form, site: Site, font: Path | None) -> None:
        self.form, self.site = form, site
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(EPOCH)
        self.pdf.set_margin(MARGIN)
        self.pdf.set_auto_page_break(True, MARGIN)
        self.pdf.set_title(form.words["title"])
        self.pdf.set_lang(form.language)
        self.family = self._family(font)
        self.pdf.add_page()

    def _family(self, font: Path | None) -> str:
        if font is None:
            return "helvetica"
        try:
            self.pdf.add_font("own", "", font)
        except Exception as error:
            raise FaultError(f"{font} is not a TrueType font that can be used", "name a .ttf file") from error
        return "own"

    def draw(self) -> bytes:
        """Draw everything, top to bottom."""
        words = self.form.words
        self._text(words["title"], 17)
        self._text(words["lead"], 9.5)
        self._heading(words["parties"])
        for line in studio_lines(self.site):
            self._text(line, 9.5)
        for row in self.form.fields:
            self._fill_in(row)
        self._heading(words["scopes_title"])
        for scope, text in self.form.scopes.items():
            self._box(f"{text} ({scope.value})")
        self._fill_in((words["until"],))
        self._terms()
        self._box(words["declaration"])
        if self.pdf.will_page_break((LINE + LABEL) * len(self.form.signatures) + LINE):
            self.pdf.add_page()  # signature and witness stay on one page
        for row in self.form.signatures:
            self._fill_in(row)
        self.pdf.ln(3)
        self._text(self.form.footer, 6.5)
        return bytes(self.pdf.output())

    def _terms(self) -> None:
        self._heading(self.form.words["terms_title"])
        for number, term in enumerate(self.form.terms, 1):
            self._text(f"{number}. {term}", 8.5)
        self.pdf.ln(1.5)

    def _text(self, text: str, size: float) -> None:
        self.pdf.set_font(self.family, size=size)
        self.pdf.multi_cell(0, size * 0.46, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def _heading(self, text: str) -> None:
        self.pdf.ln(3.5)
        self._text(text, 11)
        self.pdf.ln(1)

    def _box(self, text: str) -> None:
        """An empty box with words beside it."""
        if self.pdf.will_page_break(LINE):
            self.pdf.add_page()
        self.pdf.rect(self.pdf.l_margin, self.pdf.get_y() + 0.4, BOX, BOX)
        self.pdf.set_x(self.pdf.l_margin + BOX + 2)
        self._text(text, 9.5)
        self.pdf.ln(0.7)

    def _fill_in(self, labels: tuple[str, ...]) -> None:
        """A row of lines to write on, each with its label below."""
        if self.pdf.will_page_break(LINE + LABEL):
            self.pdf.add_page()
        width = (self.pdf.epw - GAP * (len(labels) - 1)) / len(labels)
        top = self.pdf.get_y() + LINE
        self.pdf.set_font(self.family, size=7.5)
        for number, label in enumerate(labels):
            left = self.pdf.l_margin + number * (width + GAP)
            self.pdf.line(left, top, left + width, top)
            self.pdf.set_xy(left, top + 0.5)
            self.pdf.cell(width, 3.5, label)
        self.pdf.set_xy(self.pdf.l_margin, top + LABEL)
