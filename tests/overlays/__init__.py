"""Tests of what stands over pages: the words, the rules, the reading of layers, and the engine in a real browser."""
