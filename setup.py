"""What pyproject.toml cannot say: the addresses of the repository that a release is built from.

They differ for a fork, so nothing is written down: `PROJECT_URL=https://… make dist` gives them, as hosted CI does.
"""

import os

from setuptools import setup

home = os.environ.get("PROJECT_URL", "").rstrip("/")
setup(
    project_urls={
        "Source": home,
        "Documentation": f"{home}/tree/main/docs",
        "Issues": f"{home}/issues",
        "Changelog": f"{home}/blob/main/CHANGELOG.md",
    }
    if home
    else {}
)
