"""A real headless Chromium on a phone-sized screen, driven through chromedriver by plain WebDriver calls."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PHONE = (390, 844)
SMALL = (360, 740)
SCREEN = (1366, 768)
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
_SECONDS = 60
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One browser window. Elements are named by CSS selectors; missing ones raise `LookupError`."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client, self._session = client, session
        self._size = SCREEN

    def go(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._ask("POST", "url", url=url)

    @property
    def url(self) -> str:
        """The address of the page."""
        return str(self._ask("GET", "url"))

    @property
    def source(self) -> str:
        """The HTML of the page."""
        return str(self._ask("GET", "source"))

    def text(self, selector: str = "body") -> str:
        """What a person reads in an element."""
        return str(self._ask("GET", f"element/{self._find(selector)}/text"))

    def write(self, selector: str, text: str) -> None:
        """Type into a field what replaces its content."""
        element = self._find(selector)
        self._ask("POST", f"element/{element}/clear")
        self._ask("POST", f"element/{element}/value", text=text)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file field."""
        self._ask("POST", f"element/{self._find(selector)}/value", text=str(path))

    def click(self, selector: str, *, leads_on: bool = True) -> None:
        """Click an element; when that leads on to a page, wait until the present one is gone."""
        element = self._find(selector)
        self._ask("POST", f"element/{element}/click")
        until = time.monotonic() + _SECONDS
        while leads_on and self._is_there(element):
            if time.monotonic() > until:
                raise TimeoutError(f"{selector} leads nowhere")
            time.sleep(0.02)

    def has(self, selector: str) -> bool:
        """Whether there is such an element."""
        return bool(self._ask("POST", "elements", using="css selector", value=selector))

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        return self._ask("POST", "execute/sync", script=f"return {script}", args=[])

    def cookies(self) -> list[dict[str, Any]]:
        """The cookies of the page."""
        found: list[dict[str, Any]] = self._ask("GET", "cookie")
        return found

    def devtools(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "goog/cdp/execute", cmd=command, params=parameters)

    def screen(self, width: int, height: int, *, dark: bool = False) -> None:
        """Size of the screen, and whether the system asks for dark pages."""
        self._size = (width, height)
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if width < 600 else 1,
            mobile=width < 600,
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.devtools("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path: Path, *, whole: bool = True) -> Path:
        """A picture of the whole page, or of what fits on the screen."""
        width, height = self._size
        if whole:
            height = max(height, int(self.run("document.documentElement.getBoundingClientRect().height")))
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))
        return path

    def _is_there(self, element: str) -> bool:
        try:
            self._ask("GET", f"element/{element}/name")
        except LookupError:
            return False
        return True

    def _find(self, selector: str) -> str:
        return str(self._ask("POST", "element", using="css selector", value=selector)[_ELEMENT])

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self._client.request(
            method, f"/session/{self._session}/{path}", json=body if method == "POST" else None
        )
        value = answer.json()["value"]
        if answer.status_code == 404:
            raise LookupError(f"{path} {body}: {value['message'].splitlines()[0]}")
        if answer.is_error:
            raise RuntimeError(f"{path} {body}: {value['message'].splitlines()[0]}")
        return value


def downloaded(folder: Path, pattern: str, seconds: float = 60) -> Path:
    """The one file that a download leaves in a folder."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in folder.glob(pattern):
            return path
        time.sleep(0.05)
    raise TimeoutError(f"nothing like {pattern} was downloaded")


@contextmanager
def browsing(ca: Path) -> Iterator[Browser]:
    """A browser that trusts one CA besides the usual ones; ended with the block."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        raise RuntimeError(
            "Chromium or its driver is missing. `make setup` (scripts/setup.sh test) installs the Debian packages"
            " chromium and chromium-driver."
        )
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as driver,
    ):
        try:
            port = _port(driver)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
                session = _start(client, Path(profile), ca)
                try:
                    yield Browser(client, session)
                finally:
                    client.delete(f"/session/{session}")
        finally:
            driver.terminate()


def _port(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout is not None
    for line in driver.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return int(found[1])
    raise RuntimeError("chromedriver did not start")


def _start(client: httpx.Client, profile: Path, ca: Path) -> str:
    flags = [*_FLAGS, f"--user-data-dir={profile}", f"--ignore-certificate-errors-spki-list={_pin(ca)}"]
    options = {"args": flags, "binary": shutil.which("chromium")}
    wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
    answer = client.post("/session", json=wanted).json()["value"]
    if "sessionId" not in answer:
        raise RuntimeError(answer.get("message", "no session"))
    return str(answer["sessionId"])


def _pin(ca: Path) -> str:
    """The hash of the CA's public key, by which the browser knows it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    key = x509.load_pem_x509_certificate(ca.read_bytes()).public_key()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return base64.b64encode(digest.finalize()).decode()
