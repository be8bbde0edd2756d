"""See a dashboard as a person does: log in with a real browser, wait for its charts, keep a picture."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from comptoir.settings import ComptoirError

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Response

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PHONE_WIDTH = 600
_HEADER_HEIGHT = 240
_MAX_HEIGHT = 12_000
# Drawn: every chart of the page has its figure, and none is still waiting.
_DRAWN = """() => {
  const charts = [...document.querySelectorAll('[data-test="chart-grid-component"]')];
  const waiting = document.querySelectorAll('.loading, [data-test="loading-indicator"], .ant-skeleton').length;
  const drawn = '[data-test="slice-container"], [role="alert"]';
  return charts.length > 0 && waiting === 0 && charts.every(chart => chart.querySelector(drawn));
}"""


@dataclass
class OpenDashboard:
    """A dashboard in a browser, drawn, with what it asked for while it was drawn."""

    page: Page
    outside: list[str] = field(default_factory=list)
    """Addresses of other hosts that were really asked (the policy's refusals are not in it)."""
    chart_data: list[dict[str, Any]] = field(default_factory=list)
    """Answers of the chart-data API: ``request`` (the query context) and ``result``."""

    def errors(self) -> list[str]:
        """Return the messages of charts that could not be drawn."""
        return [alert.inner_text() for alert in self.page.query_selector_all('.dashboard-chart [role="alert"]')]

    def charts(self) -> list[str]:
        """Return the titles of the charts, in reading order."""
        charts = self.page.query_selector_all('[data-test="chart-grid-component"]')
        return [chart.get_attribute("data-test-chart-name") or "" for chart in charts]


def find_browser() -> str:
    """Return the path of a Chromium.

    Raises:
        ComptoirError: there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise ComptoirError("No Chromium on this machine. Install it (apt-get install chromium) and run again.")


@contextmanager
def open_dashboard(
    base_url: str, user: str, password: str, *, slug: str = "territoire", width: int = 1440, timeout_seconds: int = 120
) -> Iterator[OpenDashboard]:
    """Log in, open a dashboard at this width in pixels, and yield it once every chart is drawn.

    Raises:
        ComptoirError: there is no browser, the log-in is refused, or charts are still missing after the timeout.
    """
    try:
        from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ComptoirError("The playwright package is missing: install the 'dev' dependencies.") from error
    own = urlsplit(base_url).netloc
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=_FLAGS)
        phone = width < _PHONE_WIDTH
        page = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
        ).new_page()
        page.set_default_timeout(timeout_seconds * 1000)
        opened = OpenDashboard(page)

        def on_request(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != own:
                opened.outside.append(request.url)

        def on_failure(request: Request) -> None:
            if request.failure == "csp" and request.url in opened.outside:
                opened.outside.remove(request.url)

        def on_response(response: Response) -> None:
            if "/api/v1/chart/data" in response.url and response.ok:
                opened.chart_data.append(
                    {"request": response.request.post_data_json, "result": response.json()["result"]}
                )

        page.on("request", on_request)
        page.on("requestfailed", on_failure)
        page.on("response", on_response)
        try:
            page.goto(f"{base_url}/login/")
            page.fill('input[name="username"], #username', user)
            page.fill('input[type="password"]', password)
            page.click('button[type="submit"], [data-test="login-button"]')
            page.wait_for_url(lambda url: "/login" not in url)
            page.goto(f"{base_url}/superset/dashboard/{slug}/")
            page.wait_for_selector('[data-test="grid-content"]')
            # Tall enough to hold the whole page: charts are drawn when they come into sight.
            height = page.evaluate("() => document.querySelector('[data-test=\"grid-content\"]').scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height + _HEADER_HEIGHT, _MAX_HEIGHT)})
            page.wait_for_function(_DRAWN)
            page.wait_for_timeout(1500)  # ECharts' entrance animation
            yield opened
        except PlaywrightTimeoutError as error:
            raise ComptoirError(
                f"The dashboard '{slug}' of {base_url} is not drawn after {timeout_seconds} s "
                f"({error.message.splitlines()[0]}). "
                "Is the log-in right, and does Superset's log show an error?"
            ) from error
        finally:
            browser.close()


def capture(base_url: str, user: str, password: str, path: Path, width: int, *, slug: str = "territoire") -> None:
    """Keep a picture (PNG) of the whole dashboard as ``user`` sees it on a screen of ``width`` pixels.

    Raises:
        ComptoirError: there is no browser, the log-in is refused, or a chart is missing or in error.
    """
    with open_dashboard(base_url, user, password, slug=slug, width=width) as dashboard:
        if errors := dashboard.errors():
            raise ComptoirError(f"The dashboard '{slug}' shows errors instead of charts: {'; '.join(errors)}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        dashboard.page.screenshot(path=path)
