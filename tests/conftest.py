"""What every test may ask for: a real S3 server (one per worker), a fresh bucket on it, sessions that write to it."""

from hypothesis import settings

from tests.fixtures.store import bucket, client, maker, new_session, proxy, seaweed

__all__ = ["bucket", "client", "maker", "new_session", "proxy", "seaweed"]

# A busy machine takes its time over an example, and time decides no test.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
