"""Vietnamese text as it is stored, and as it is compared.

Stored text (``normalize_text``) is NFC with ordinary spaces and no invisible characters; nothing
editorial is touched: quotes, tone-mark placement and spelling stay the author's. Comparison keys
(``comparison``) are never stored.
"""

from __future__ import annotations

import re
import unicodedata

# Characters a reader cannot see: soft hyphen, zero-width space / non-joiner / joiner, direction
# marks and embeddings, word joiner and its invisible kin, byte order mark, and the control
# characters that are not white space. One character class: it cannot run away.
INVISIBLE_RE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
# Lone surrogates cannot be written as UTF-8; they come from JSON escapes of broken pages.
SURROGATE_RE = re.compile("[\ud800-\udfff]")


def normalize_text(text: str) -> str:
    r"""Return ``text`` in NFC, runs of white space folded to one space, ends trimmed.

    Invisible characters go; a lone surrogate becomes U+FFFD REPLACEMENT CHARACTER. Leaves alone:
    quotes, dashes, case, tone placement (``hòa`` and ``hoà`` stay as printed).

    >>> normalize_text("Tin\u00a0 a\u0309nh:\u200b  Y Nhàn\n")
    'Tin ảnh: Y Nhàn'
    >>> normalize_text("\ufeff \u00ad")
    ''
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    # All of these but the grapheme joiner count as not printable, so most texts skip two passes.
    if not text.isprintable() or "\u034f" in text:
        text = INVISIBLE_RE.sub("", text)
        text = SURROGATE_RE.sub("\ufffd", text)
    # NFC last: taking an invisible character away can bring a letter and its mark together.
    return unicodedata.normalize("NFC", " ".join(text.split()))
