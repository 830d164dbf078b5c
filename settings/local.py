"""A laptop: the embedded S3 unless S3_BUCKET names another bucket."""

from settings.base import *  # noqa: F403 - settings are names
