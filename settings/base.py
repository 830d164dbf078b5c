"""What holds everywhere in this project: mtcrawler's settings first, then those of its own."""

from mtcrawler.project.defaults import *  # noqa: F403 - settings are names

SPIDER_MODULES = ["spiders"]
# A stage of one's own: ITEM_PIPELINES = {**ITEM_PIPELINES, "pipelines.example.Example": 260}
