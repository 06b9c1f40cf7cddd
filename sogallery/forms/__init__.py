"""Release forms to print and sign: versioned words, as HTML and as PDF.

The words of a form never change under one version: a release says which version was signed and the SHA-256 of its
words, and `texts/` keeps every version. Each scope is a box of its own and none is ticked.
"""

from __future__ import annotations

from sogallery.forms.html import form_html
from sogallery.forms.pdf import form_pdf
from sogallery.forms.texts import Form, load_form, printed_forms

__all__ = ["Form", "form_html", "form_pdf", "load_form", "printed_forms"]
