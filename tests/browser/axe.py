"""axe-core on the page as it is."""

from __future__ import annotations

from tests.browser.conftest import VIEWER
from tests.browser.engines import Browser


def violations(browser: Browser) -> list[str]:
    """Each rule that is broken, with the first elements that break it."""
    axe = (VIEWER / "node_modules" / "axe-core" / "axe.min.js").read_text()
    found = browser.js(
        axe + ";const r = await axe.run(document, {resultTypes: ['violations']});"
        "return r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', '))"
    )
    return list(found)
