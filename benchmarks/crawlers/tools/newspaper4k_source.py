"""newspaper4k as its documentation has it: a source is built, its articles are downloaded and parsed.

Its own filter of articles is left out: it drops whatever has fewer than 300 words, which is most of the news. Pictures
are not fetched to be measured: the newspaper's are drawings (SVG), which it cannot measure.
"""

from __future__ import annotations

import newspaper

from benchmarks.crawlers.tools.task import Task


def main() -> None:
    """Crawls the site."""
    task = Task.given()
    config = newspaper.Config()
    config.memorize_articles, config.fetch_images, config.number_threads = False, False, task.at_once
    source = newspaper.build(task.origin, config=config)
    source.download_articles()
    for article in source.articles:
        article.parse()
        published = article.publish_date
        task.answer(
            url=article.url,
            headline=article.title,
            text=article.text,
            published=published.isoformat() if published else None,
            authors=article.authors,
            image=article.top_image or None,
        )


if __name__ == "__main__":
    main()
