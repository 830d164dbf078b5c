"""Turns mtcrawler on in any Scrapy project, by one line: `ADDONS = {"mtcrawler.addon.Addon": 500}`."""

from mtcrawler.addon.articles import article
from mtcrawler.addon.settings import Addon

__all__ = ["Addon", "article"]
