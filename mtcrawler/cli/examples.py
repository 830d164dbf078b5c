"""Examples of every command, as its --help shows them: a command line, and what it is for.

A test parses each of them, and finds none missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

WIDEST: Final = 62
"""Characters of an example beside which there is room for what it is for."""

EXAMPLES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "mtcrawler": (
        ("mtcrawler doctor", "is everything here that a crawl needs?"),
        ("mtcrawler articles", "what is in the bucket"),
        ("mtcrawler --var /srv/mtcrawler/var articles", "the embedded store of another project"),
        ("mtcrawler export --help", "what a command does"),
    ),
    "articles": (
        ("mtcrawler articles", "the newest fifty; in a pipe all, as JSON lines"),
        ("mtcrawler articles --site www.example.com --date 2026-11-20", "one site's articles of a day"),
        ("mtcrawler articles --date 2026-11-01..2026-11-30 | jq -r .headline", "a month's headlines"),
    ),
    "show": (
        ("mtcrawler show 2d4b87ba", "the article whose id begins so"),
        ("mtcrawler show https://www.example.com/2026/11/20/ice", "the same, by any of its addresses"),
        ("mtcrawler show 2d4b87ba --markdown > ice.md", "as Markdown"),
        ("mtcrawler show 2d4b87ba --cluster", "its near-duplicates on all sites"),
        ("mtcrawler show 2d4b87ba --page", "its kept page, offline in a browser"),
    ),
    "revisions": (("mtcrawler revisions 2d4b87ba", "every revision of an article, newest first"),),
    "diff": (
        ("mtcrawler diff 2d4b87ba", "what the last edit changed"),
        ("mtcrawler diff 2d4b87ba 1 3", "what changed from the first revision to the third"),
    ),
    "changes": (
        ("mtcrawler changes", "everything that ever happened"),
        ("mtcrawler changes --cursor seen.txt >> changes.jsonl", "what is new since the last call"),
    ),
    "runs": (
        ("mtcrawler runs", "the finished runs, newest first"),
        ("mtcrawler runs --date 2026-11-20 | jq .outcome", "how a day's runs ended"),
    ),
    "report": (
        ("mtcrawler report --open", "the last run's report, in a browser"),
        ("mtcrawler report 20261120 --output report.html", "that of the last run of a day, in a file"),
        ("mtcrawler report --spider moscowtimes --output -", "on standard output"),
    ),
    "verify": (
        ("mtcrawler verify", "does everything hold to the contract?"),
        ("mtcrawler verify --repair", "put right what is torn, not there, or not told by the feed"),
    ),
    "set-aside": (("mtcrawler set-aside runs/v1/date=2026-11-20/4711/manifest.json", "move what cannot be read away"),),
    "remove": (
        ('mtcrawler remove 2d4b87ba --reason "the author asked for it"', "show it, ask, and remove it for good"),
        ("mtcrawler remove https://www.example.com/ice --reason a-court-order --yes", "from a script"),
    ),
    "cluster": (
        ("mtcrawler cluster", "what is new since last time, then end: from cron, once an hour"),
        ("mtcrawler cluster --window 7", "compare what was published within a week"),
        ("mtcrawler cluster --follow 300", "look again every five minutes, until it is stopped"),
    ),
    "export": (
        ("mtcrawler export november.parquet --date 2026-11-01..2026-11-30", "a month, for Polars or DuckDB"),
        ("mtcrawler export example.csv --site www.example.com", "a site, for a spreadsheet"),
        ("mtcrawler export - --format jsonl | gzip > all.jsonl.gz", "everything, packed"),
    ),
    "browse": (
        ("mtcrawler browse", "at http://127.0.0.1:8765/"),
        ("mtcrawler browse --open", "and show it in a browser"),
        ("mtcrawler browse --port 0", "at any free port"),
        ("mtcrawler browse --host 0.0.0.0", "for all who reach this machine: nobody has to log in"),
    ),
    "compact": (
        ("mtcrawler compact --dry-run", "what would be done"),
        ("mtcrawler compact", "from cron, once an hour"),
        ("mtcrawler compact --feed-only", "without tables, which need pyarrow"),
        ("mtcrawler compact --keep-pages 30", "delete pages that were kept longer ago"),
        ("mtcrawler compact --now --keep 0", "this hour's segments too; delete what was merged earlier"),
    ),
    "store": (
        ("mtcrawler store status", "is the local store running, and where are its data?"),
        ('eval "$(mtcrawler store env)"', "have this shell's programs find it"),
        ("mtcrawler store redeliver", "try again what waits on disk, or was kept aside"),
        ("mtcrawler store keys /etc/store", "close the ports of a SeaweedFS of one's own"),
    ),
    "login": (
        ("mtcrawler login www.example.com", "log in by hand, in a browser"),
        ("mtcrawler login www.example.com --import state.json", "take a session from another machine"),
    ),
    "doctor": (
        ("mtcrawler doctor", "check what is installed here"),
        ("mtcrawler doctor --online", "ask the sites for their robots.txt, too"),
    ),
    "schema": (("mtcrawler schema > article-1.json", "the JSON Schema of an article"),),
    "sites list": (("mtcrawler sites list", "which sites are described"),),
    "sites check": (
        ("mtcrawler sites check", "are all definitions right?"),
        ("mtcrawler sites check sites/www.example.com.toml", "is this one?"),
    ),
    "sites new": (
        ("mtcrawler sites new https://www.example.com", "look at a site, and write sites/www.example.com.toml"),
    ),
    "sites try": (
        ("mtcrawler sites try www.example.com", "does its definition hold on the live site?"),
        ("mtcrawler sites try www.example.com --articles 20", "by twenty articles"),
    ),
    "sites show": (("mtcrawler sites show www.example.com", "what its pages taught"),),
    "sites schema": (("mtcrawler sites schema > site.json", "the JSON Schema of a definition, for editors"),),
    "try": (
        ("mtcrawler try https://www.example.com/2026/11/20/ice", "read one page as a crawl would"),
        ("mtcrawler try https://www.example.com/2026/11/20/ice --http", "without a browser"),
        ("mtcrawler try https://www.example.com/2026/11/20/ice --html ice.html", "with the page beside what was read"),
    ),
    "reextract": (
        ("mtcrawler reextract --dry-run", "what would be otherwise, by field, with examples"),
        ("mtcrawler reextract --site www.example.com", "one site; several runs add up"),
        ("mtcrawler reextract --since 2026-11-16", "what was published since Monday"),
        ("mtcrawler reextract --where section=", "articles without a section"),
        ("mtcrawler reextract --where 'confidence<0.6'", "those of whose text the extractor was not sure"),
    ),
    "settings": (("mtcrawler settings | jq -r .name", "the names of all settings"),),
    "completion": (
        ("mtcrawler completion bash > ~/.local/share/bash-completion/completions/mtcrawler", "for Bash"),
        ("mtcrawler completion zsh > ~/.zfunc/_mtcrawler", "for zsh, where fpath has ~/.zfunc"),
        ("mtcrawler completion fish > ~/.config/fish/completions/mtcrawler.fish", "for fish"),
    ),
    "fleet add": (
        ("mtcrawler fleet add https://www.example.com", "visit a site when it is likely to have news"),
        ("mtcrawler fleet add https://www.example.com --every 30m --priority 5", "every half hour, before others"),
    ),
    "fleet remove": (("mtcrawler fleet remove www.example.com", "visit it no more; its articles stay"),),
    "fleet sync": (
        ("mtcrawler fleet sync", "visit the sites of sites/"),
        ("mtcrawler fleet sync lists/europe.csv", "and those of a list"),
    ),
    "fleet rebuild": (("mtcrawler fleet rebuild lists/europe.csv", "make the database anew from the bucket"),),
    "fleet pause": (
        ("mtcrawler fleet pause www.example.com", "visit it no more for now"),
        ("mtcrawler fleet pause --all --resume", "visit all sites again"),
    ),
    "fleet quarantine": (
        ("mtcrawler fleet quarantine www.example.com --reason moved", "visit it no more, with a reason"),
    ),
    "fleet drain": (("mtcrawler fleet drain --wait 300", "hand out no more visits, before an update"),),
    "fleet status": (
        ("mtcrawler fleet status", "how the fleet is doing"),
        ("mtcrawler fleet status --sites", "each site"),
    ),
    "fleet listen": (
        ("mtcrawler fleet listen --public https://news.example.com/hub", "have hubs tell when sites have news"),
        ("mtcrawler fleet listen --public https://news.example.com/hub --end", "end all subscriptions"),
    ),
    "fleet database": (('eval "$(mtcrawler fleet database env)"', "have this shell's workers find it"),),
    "init": (("mtcrawler init news", "make a project in the folder news"),),
    "crawl": (
        ("mtcrawler crawl moscowtimes -a since=2d", "the last two days of a site that is described"),
        ("mtcrawler crawl news -a site=https://www.example.com -a limit=5", "five articles of any site"),
    ),
    "worker": (
        ("mtcrawler worker", "visit sites until it is stopped"),
        ("mtcrawler worker -s FLEET_VISITS=8", "eight at a time"),
    ),
}
"""By command; "mtcrawler" is for the whole program."""


def text_of(program: str) -> str:
    """The examples of a command, of which `program` is the whole name, as its help ends; empty where it has none."""
    found = EXAMPLES.get(program.removeprefix("mtcrawler ")) or ()
    width = max((len(line) for line, _ in found if len(line) <= WIDEST), default=0)
    shown = (f"  {line:{width}}  {told}" if len(line) <= WIDEST else f"  {line}\n    {told}" for line, told in found)
    return "\n".join(["\nexamples:", *shown, ""]) if found else ""
