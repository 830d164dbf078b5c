"""Whole crawlers beside this one: each finds the articles of a newspaper it does not know, and reads their fields."""
