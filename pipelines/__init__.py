"""Stages of this project's own, each named in ITEM_PIPELINES of settings/base.py; the usual ones are mtcrawler's."""
