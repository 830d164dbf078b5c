"""Every failure a person may meet, with what was being done, to what, what happened and what to do next.

MtcrawlerError
├── ArgumentError          a spider argument or a command-line option is wrong
│   └── ArgumentErrors     several are
├── SettingError           a setting or an environment variable is wrong
│   └── DefinitionError    a site definition or an overlay rule is wrong
├── Busy                   another run of the same publisher is going on
├── BrowserError           no browser was found, or it cannot start
├── MachineError           the machine allows too few open files or processes
├── DiskError              the disk, or the device that output goes to, takes no more
├── DatabaseAway           the fleet's database does not answer, does not start or has no tables
├── SessionExpired         a reader's session no longer opens anything
├── DiscoveryError         a sitemap, a feed or a section list cannot be read
├── PageError              a fetched page cannot be used
│   ├── RenderError        the browser could not show it
│   │   └── NotReached     nobody answers where it led
│   ├── PageNotFetched     nothing came from its address, where a single page was asked for
│   │   └── PageRefused    the site, or its robots.txt, refused it
│   ├── IncompleteBody     it broke off
│   ├── PageTooLarge       it is too large to read
│   ├── ExtractorFailed    the code that reads it has a mistake
│   ├── Forged             its scripts changed what was seen of it
│   ├── AddressRefused     it is not on the public internet
│   ├── CertificateRefused its certificate is not valid for this site
│   ├── HostRefuses        its host answered again and again that it is asked too often
│   ├── RobotsUnreadable   the robots.txt of its host cannot be fetched, so nothing may be asked for
│   ├── RunStopped         the run was asked to stop before it was asked for
│   └── HeaderTooLarge     a header of the answer is longer than plain HTTP reads
├── StoreError             the bucket cannot be read or written
│   ├── StoreUnreachable   nobody answers at the endpoint; trying again may help
│   │   └── StoreBusy      it answers that it is asked too often
│   ├── StoreRefused       credentials or permissions are wrong
│   │   └── ClockWrong     the clocks of this machine and of the store are too far apart
│   ├── StoreFull          the bucket takes no more: a quota is used up, or its disk is full
│   ├── BucketMissing      the bucket does not exist
│   ├── ObjectUnreadable   an object is there and is not what it should be
│   ├── ObjectRefused      an object is one that the store never takes
│   ├── PreconditionFailed an object changed since it was read, so nothing was written
│   ├── ConditionsUnsupported the server refuses conditional writes
│   └── SpoolFull          articles that wait on disk have used up their space

Dropped articles are not errors: they have names of their own, next to the stage that drops them.
"""

from __future__ import annotations

from mtcrawler.model.errors.base import (
    DISK,
    ArgumentError,
    ArgumentErrors,
    BrowserError,
    Busy,
    DatabaseAway,
    DefinitionError,
    DiscoveryError,
    DiskError,
    Fault,
    MachineError,
    MtcrawlerError,
    SessionExpired,
    SettingError,
)
from mtcrawler.model.errors.page import (
    AddressRefused,
    CertificateRefused,
    ExtractorFailed,
    Forged,
    HeaderTooLarge,
    HostRefuses,
    IncompleteBody,
    NotReached,
    PageError,
    PageNotFetched,
    PageRefused,
    PageTooLarge,
    RenderError,
    RobotsUnreadable,
    RunStopped,
)
from mtcrawler.model.errors.store import (
    BucketMissing,
    ClockWrong,
    ConditionsUnsupported,
    ObjectRefused,
    ObjectUnreadable,
    PreconditionFailed,
    SpoolFull,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreRefused,
    StoreUnreachable,
)

__all__ = [
    "DISK",
    "AddressRefused",
    "ArgumentError",
    "ArgumentErrors",
    "BrowserError",
    "BucketMissing",
    "Busy",
    "CertificateRefused",
    "ClockWrong",
    "ConditionsUnsupported",
    "DatabaseAway",
    "DefinitionError",
    "DiscoveryError",
    "DiskError",
    "ExtractorFailed",
    "Fault",
    "Forged",
    "HeaderTooLarge",
    "HostRefuses",
    "IncompleteBody",
    "MachineError",
    "MtcrawlerError",
    "NotReached",
    "ObjectRefused",
    "ObjectUnreadable",
    "PageError",
    "PageNotFetched",
    "PageRefused",
    "PageTooLarge",
    "PreconditionFailed",
    "RenderError",
    "RobotsUnreadable",
    "RunStopped",
    "SessionExpired",
    "SettingError",
    "SpoolFull",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreRefused",
    "StoreUnreachable",
]
