"""The browser of the browser tests: an installed Chromium, else the system's package, else Playwright's own.

Run as a program it sees to one: `python -m tests.chromium`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def installed_chromium() -> str | None:
    """Return the system's Chromium, or None: then Playwright starts the one it downloaded itself."""
    return next((found for name in NAMES if (found := shutil.which(name, path=_path()))), None)


def main() -> int:
    if installed_chromium() or _playwrights_own_is_there():
        return 0
    print("No Chromium here yet; installing one for the browser tests.", flush=True)
    if _install_from_system() and installed_chromium():
        return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin", "/usr/local/bin", "/snap/bin"])


def _playwrights_own_is_there() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _install_from_system() -> bool:
    apt = shutil.which("apt-get", path=_path())
    if apt is None:
        return False
    as_root: list[str] = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and (not shutil.which("sudo") or subprocess.run([*as_root, "true"], check=False).returncode):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Without a font every text in a screenshot is a row of boxes.
    packages = ["chromium", "fonts-liberation"]
    commands = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages])
    return all(
        subprocess.run([*as_root, apt, *command], env=environment, check=False, stdout=sys.stderr).returncode
        == 0
        for command in commands
    )


if __name__ == "__main__":
    sys.exit(main())
