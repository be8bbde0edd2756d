"""What the lines under a header are, counted in one pass that keeps none of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from comptoir.connectors.files.grid import Line

_NOTE = re.compile(
    r"\s*(source|note|nota|nb\b|n\.b|avertissement|attention|lecture|champ|\*|\(\*|\(\d|©)", re.IGNORECASE
)


class Extent(NamedTuple):
    """What of a line decides whether it fits: its cells, those up to the last that holds something, damaged bytes."""

    cells: int
    filled: int
    is_damaged: bool

    @classmethod
    def of(cls, line: Line) -> Extent:
        """Measure a line."""
        filled = len(line.cells)
        while filled and not line.cells[filled - 1].strip():
            filled -= 1
        return cls(len(line.cells), filled, line.damaged)

    def length(self, width: int) -> int:
        """Number of cells once the empty ones beyond the header are dropped."""
        return self.cells if self.cells <= width else max(width, self.filled)

    def misfit(self, width: int, is_padded: bool) -> str | None:
        """Why the line is no row under a header of ``width`` columns, if it is none."""
        if self.is_damaged:
            return "the line holds bytes that are not text in the file's encoding"
        length = self.length(width)
        if length > width or (length < width and not is_padded):
            return f"the line has {length} cells and the header {width}"
        return None


@dataclass
class Body:
    """Counts of the lines under a header.

    ``extents`` are those of the rows, ``notes`` the lines of prose below the last row, ``repeated`` the headers met
    again; ``first`` tells the first line (its number in the file) of each extent.
    """

    extents: Counter[Extent] = field(default_factory=Counter)
    notes: int = 0
    repeated: int = 0
    first: dict[Extent, int] = field(default_factory=dict)
    # By base, how many first cells count up from it.
    _counted: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    @classmethod
    def of(cls, lines: Iterable[Line], names: Sequence[str]) -> Body:
        """Count lines that stand under these names."""
        body = cls()
        notes: Counter[Extent] = Counter()  # a note is one as long as no row follows
        position = 0
        for line in lines:
            if is_repeated(line, names):
                body.repeated += 1
                continue
            extent = Extent.of(line)
            body.first.setdefault(extent, line.number)
            for base, counted in body._counted.items():
                if counted == position and line.cells[0].strip() == str(base + position):
                    body._counted[base] += 1
            position += 1
            if _is_note(line, len(names)):
                notes[extent] += 1
                continue
            if notes:
                body.extents.update(notes)
                notes.clear()
            body.extents[extent] += 1
        body.notes = notes.total()
        return body

    @property
    def rows(self) -> int:
        """Number of lines that are rows, whether they fit or not."""
        return self.extents.total()

    @property
    def is_numbered(self) -> bool:
        """Whether the first cells count the rows from 0 or 1."""
        return any(counted >= self.rows for counted in self._counted.values())

    def unfit(self, width: int, is_padded: bool) -> dict[Extent, int]:
        """How many rows do not fit a header of ``width`` columns, by extent."""
        return {extent: times for extent, times in self.extents.items() if extent.misfit(width, is_padded)}


def is_repeated(line: Line, names: Sequence[str]) -> bool:
    """Tell a header met again among the rows."""
    return any(names) and line.cells[: len(names)] == names


def _is_note(line: Line, width: int) -> bool:
    """Whether a line is prose: a sentence or two in a table of three columns and more."""
    if width < 3:
        return False
    texts = [cell for cell in line.cells if cell.strip()]
    is_short = len(texts) == 1 or (len(line.cells) < width and len(texts) <= 2)
    return is_short and bool(_NOTE.match(texts[0]) or len(texts[0].split()) >= 3)
