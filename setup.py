"""What pyproject.toml cannot say: the addresses of the repository that a release is built from, and a file beside it.

The addresses differ for a fork, so nothing is written down: `PROJECT_URL=https://… make dist` gives them, as hosted CI
does. The file has Python hear signals from its start on (mtcrawler/runs/process/early_signals.py).
"""

import os

from setuptools import setup
from setuptools.command.build_py import build_py


class WithSignals(build_py):
    """Puts the file where Python looks for it: among the packages."""

    def run(self) -> None:
        """Build, and copy it."""
        super().run()
        if not self.editable_mode:
            self.copy_file("deploy/mtcrawler-signals.pth", f"{self.build_lib}/mtcrawler-signals.pth")


home = os.environ.get("PROJECT_URL", "").rstrip("/")
setup(
    cmdclass={"build_py": WithSignals},
    project_urls={
        "Source": home,
        "Documentation": f"{home}/tree/main/docs",
        "Issues": f"{home}/issues",
        "Changelog": f"{home}/blob/main/CHANGELOG.md",
    }
    if home
    else {},
)
