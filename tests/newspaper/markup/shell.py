"""The shell of every page: head, header, menu, what comes between, and footer."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.newspaper.markup import support
from tests.newspaper.markup.labels import LABELS

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper

ASSETS = Path(__file__).parent.parent / "assets"
MENU: tuple[tuple[str, str], ...] = (
    ("/news", "News"),
    ("/ukraine-war", "Ukraine War"),
    ("/opinion", "Opinion"),
    ("/business", "Business"),
    ("/arts-and-life", "Arts and Life"),
    ("/features", "Features"),
    ("/climate", "Climate"),
    ("/diaspora", "Diaspora"),
    ("/meanwhile", "Meanwhile"),
    ("/podcasts", "Podcasts"),
    ("/videos", "Videos"),
    ("/galleries", "Galleries"),
)


@cache
def asset(name: str) -> str:
    """A script or a style sheet, as it is on disk."""
    return (ASSETS / name).read_text("utf-8")


def page(paper: Paper, seo: str, main: str, *, body_class: str, extra: str = "") -> str:
    """A whole page; `extra` goes to the very end of its body.

    Style and scripts stand in the page, as relative addresses would resolve against the publisher's own host.
    """
    site, static = paper.addresses.site, paper.addresses.static
    return f"""<!DOCTYPE html>
<html lang="en">

<head>
  <meta name="googlebot" content="noarchive">

  <base href="{site}/" />
  <meta charset="utf-8">
  <meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1">
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <meta name="theme-color" content="#5882b5">
  <meta property="og:site_name" content="The Moscow Times" />
  <meta name="twitter:site" content="@MoscowTimes">
  <meta name="twitter:card" content="summary_large_image"> <!-- or summary -->

  {seo}

  <style>{asset("site.css")}</style>
  <script type="application/ld+json">
  {{
    "@context": "http://schema.org",
    "@type": "NewsMediaOrganization",
    "name": "The Moscow Times",
    "url": "{site}",
    "logo": "{static}/img/logo_1280.png"
  }}
  </script>

  <script type="application/ld+json">
  {{
    "@context": "https://schema.org",
    "@type": "WebSite",
    "url": "{site}/",
    }}
  </script>
</head>


<body class="{body_class}" y-use="Main">
<div y-name="viewport" class="progress-bar"></div>

<div class="container">
{_header(paper)}
</div>

<div class="container">
{_menu(paper)}
</div>

<div class="container">
{support.teaser(paper, small=True)}
</div>

{main}

{_footer(paper)}
  <script>window.paper = {json.dumps(_settings(paper))};</script>
  <script>{asset("site.js")}</script>
{extra}</body>

</html>
"""


def _settings(paper: Paper) -> dict[str, object]:
    return {"modal": paper.modal, "delay": paper.delay, "consent": paper.consent, "bar": paper.bar}


def _header(paper: Paper) -> str:
    labels = LABELS[paper.edition]
    return f"""<div class="site-header py-3 hidden-xs">
	<a href="{paper.addresses.page("/")}" class="site-header__logo" title="The Moscow Times - {labels["tagline"]}">
		<span class="site-header__name">The Moscow Times</span>
		<span class="site-header__tagline">{labels["tagline"]}</span>
	</a>
	{support.teaser(paper)}
	<div class="site-header__account">
		<a href="{paper.addresses.page("/account/signin")}" class="account__link">Sign in</a>
	</div>
</div>"""


def _menu(paper: Paper) -> str:
    items = "".join(f'<li class="col"><a href="{paper.addresses.page(path)}">{name}</a></li>' for path, name in MENU)
    return f'<div class="nav-container"><nav class="nav"><ul class="menu depth-0">{items}</ul></nav></div>'


def _footer(paper: Paper) -> str:
    labels, page_url = LABELS[paper.edition], paper.addresses.page
    return f"""<div class="container">
	<footer class="footer">
		<div class="footer__inner">
			<div class="footer__main"><ul class="row-flex depth-0">
				<li class="col"><a href="{page_url("/page/about")}">{labels["about"]}</a></li>
				<li class="col"><a href="{page_url("/page/privacy-policy")}">{labels["privacy"]}</a></li>
				<li class="col"><a href="{page_url("/rss/news")}">RSS</a></li>
			</ul></div>
			<div class="footer__bottom">© The Moscow Times. {labels["rights"]}</div>
		</div>
	</footer>
</div>"""
