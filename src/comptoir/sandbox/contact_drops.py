"""Drops of the citizen-relation side: registers kept by hand, and the telephone exchange's records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from comptoir.sandbox.answers import RecordKind
from comptoir.sandbox.drops import FileDrop


class ContactDrop(FileDrop):
    """A drop of files that speak of people who got in touch; the same protocol as any other drop."""

    family = "contact_drops"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "counter": RecordKind(
            keys=("N° de passage",),
            dates=("Date d'arrivée",),
            numbers=("Date d'arrivée",),
            texts=("Motif", "Service", "Observations"),
            added=("Durée d'attente", "12"),
            removed=("Date d'arrivée",),
            streamed=True,
        ),
        "mail": RecordKind(
            keys=("Référence",),
            dates=("Reçu le",),
            numbers=("Reçu le",),
            texts=("Objet", "Service instructeur"),
            added=("Recommandé", "non"),
            removed=("Reçu le",),
            streamed=True,
        ),
        "call": RecordKind(
            keys=("uniqueid",),
            dates=("start",),
            numbers=("duration", "billsec"),
            texts=("clid", "lastdata"),
            codes=("disposition", "dcontext", "lastapp"),
            added=("recordingfile", ""),
            removed=("lastapp",),
            streamed=True,
        ),
    }
