"""Downloader middlewares: what each request and each answer passes on its way."""
