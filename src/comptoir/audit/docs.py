"""Data Docs of both gates, readable without a network.

Great Expectations' pages load style sheets and scripts from outside, and its index is drawn by one of these scripts.
After the build every outside resource is taken out, a small style sheet is put in, and the index is written as a plain
table of runs.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

from comptoir.audit.project import audit_dir, open_project
from comptoir.settings import Settings

_OUTSIDE = re.compile(r"^(https?:)?//")
_OUTSIDE_IN_STYLE = re.compile(r"url\(\s*['\"]?(https?:)?//[^)]*\)")
_STYLE = """
body { font-family: system-ui, sans-serif; margin: 1rem; line-height: 1.4; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; }
ul { padding-left: 1.2rem; } pre { white-space: pre-wrap; }
"""


def build_data_docs(settings: Settings) -> Path:
    """Build the pages of every kept run anew and return ``var/audit/data_docs/index.html``."""
    site = audit_dir(settings) / "data_docs"
    shutil.rmtree(site, ignore_errors=True)
    open_project(settings).build_data_docs()
    for page in site.rglob("*.html"):
        page.write_text(_without_outside_resources(page.read_text(encoding="utf-8")), encoding="utf-8")
    index = site / "index.html"
    index.write_text(_index(site, audit_dir(settings) / "validations"), encoding="utf-8")
    return index


def _without_outside_resources(page: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    for icon in tree.css("i.ge-success-icon, i.ge-failed-icon"):
        icon.replace_with("held" if "ge-success-icon" in (icon.attributes.get("class") or "") else "broken")
    for node in tree.css("script, link, img, footer"):
        address = node.attributes.get("href") or node.attributes.get("src") or ""
        if node.tag in ("script", "footer") or _OUTSIDE.match(address):
            node.decompose()
    text = _OUTSIDE_IN_STYLE.sub("none", tree.html or "")
    return text.replace("</head>", f"<style>{_STYLE}</style></head>", 1)


def _index(site: Path, results: Path) -> str:
    """The runs, latest first: when, which gate, how many rules held."""
    rows: list[str] = []
    runs = sorted(results.glob("*/*/*/*.json"), key=lambda path: (path.parent.name, path), reverse=True)
    for result in runs:
        page = site / "validations" / result.relative_to(results).with_suffix(".html")
        if not page.exists():
            continue
        outcome = json.loads(result.read_text(encoding="utf-8"))
        counts = outcome["statistics"]
        link = html.escape(page.relative_to(site).as_posix())
        rows.append(
            f'<tr><td><a href="{link}">{html.escape(result.parent.name)}</a></td><td>{outcome["suite_name"]}</td>'
            f"<td>{'passed' if outcome['success'] else 'rules broken'}</td>"
            f"<td>{counts['successful_expectations']} of {counts['evaluated_expectations']}</td></tr>"
        )
    suites = "".join(
        f'<li><a href="expectations/{page.name}">{html.escape(page.stem)}</a></li>'
        for page in sorted((site / "expectations").glob("*.html"))
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Comptoir: what the gates found</title>'
        f"<style>{_STYLE}</style></head><body><h1>What the gates found</h1><h2>Rules</h2><ul>{suites}</ul>"
        "<h2>Runs (UTC)</h2><table><thead><tr><th>Run</th><th>Gate</th><th>Outcome</th><th>Rules held</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></body></html>\n"
    )
