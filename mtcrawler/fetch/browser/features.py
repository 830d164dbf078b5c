"""Features of Chromium that are switched off: it listens to the last such flag that it is given, so all stand here."""

from __future__ import annotations

# What Playwright itself switches off, for its own reasons.
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
# Without it a tab keeps its frame from page to page of a site; a new one costs a sixth of a page (docs/speed.md).
_OURS = ("RenderDocument",)

FEATURES_OFF = f"--disable-features={','.join((*_PLAYWRIGHTS, *_OURS))}"
