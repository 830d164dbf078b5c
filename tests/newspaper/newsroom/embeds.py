"""What other sites let a page show, in the code they hand out, and what it amounts to."""

from __future__ import annotations

from tests.newspaper.blocks import Foreign

EMBEDS: tuple[Foreign, ...] = (
    Foreign(
        '<blockquote class="twitter-tweet" data-lang="en"><p lang="en" dir="ltr">The ferry is back. '
        '<a href="https://t.co/abc123">pic.twitter.com/abc123</a></p>&mdash; River Watch (@riverwatch) '
        '<a href="https://twitter.com/riverwatch/status/1726000000000000001?ref_src=twsrc%5Etfw">November 20, 2025</a>'
        '</blockquote> <script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>',
        "twitter",
        "https://twitter.com/riverwatch/status/1726000000000000001",
    ),
    Foreign(
        "https://twitter.com/bridge_news/status/1726000000000000002?s=20",
        "twitter",
        "https://twitter.com/bridge_news/status/1726000000000000002",
    ),
    Foreign(
        '<iframe width="560" height="315" src="//www.youtube.com/embed/qW7mZ3kLp0s?rel=0" frameborder="0" '
        "allowfullscreen></iframe>",
        "youtube",
        "https://www.youtube.com/watch?v=qW7mZ3kLp0s",
    ),
    Foreign(
        '<script async src="https://telegram.org/js/telegram-widget.js?22" data-telegram-post="riverwatch/4711" '
        'data-width="100%"></script>',
        "telegram",
        "https://t.me/riverwatch/4711",
    ),
    Foreign(
        '<blockquote class="instagram-media" data-instgrm-captioned '
        'data-instgrm-permalink="https://www.instagram.com/p/CxYz012AbCd/?utm_source=ig_embed&amp;igsh=1" '
        'data-instgrm-version="14"><div><a href="https://www.instagram.com/p/CxYz012AbCd/?utm_source=ig_embed">'
        'View this post</a></div></blockquote> <script async src="//www.instagram.com/embed.js"></script>',
        "instagram",
        "https://www.instagram.com/p/CxYz012AbCd/",
    ),
    Foreign(
        '<iframe src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Ftown%2F1" '
        'width="500" height="400" style="border:none"></iframe>',
        "facebook",
        "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Ftown%2F1",
    ),
    Foreign(
        '<iframe src="https://player.vimeo.com/video/76979871" width="640" height="360" frameborder="0"></iframe>',
        "vimeo",
        "https://player.vimeo.com/video/76979871",
    ),
    Foreign(
        '<iframe src="https://vk.com/video_ext.php?oid=-1&amp;id=456239017&amp;hd=2" width="640"></iframe>',
        "vk",
        "https://vk.com/video_ext.php?oid=-1&id=456239017&hd=2",
    ),
    Foreign(
        '<iframe width="100%" height="166" scrolling="no" '
        'src="https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/34019569&amp;color=0066cc">'
        "</iframe>",
        "soundcloud",
        "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/34019569&color=0066cc",
    ),
    Foreign(
        '<iframe title="Water levels" aria-label="Line chart" src="https://datawrapper.dwcdn.net/a1B2c/3/" '
        'scrolling="no" style="width:0;min-width:100%!important;border:none" height="400"></iframe>',
        "datawrapper",
        "https://datawrapper.dwcdn.net/a1B2c/3/",
    ),
    Foreign(
        '<iframe src="//maps.example.org/embed?x=37.6&amp;y=55.7" height="300" width="100%"></iframe>',
        "maps.example.org",
        "https://maps.example.org/embed?x=37.6&y=55.7",
    ),
    Foreign(
        '<div id="poll-17"></div><script src="https://www.example.net/polls/17.js" async></script>',
        "example.net",
        "https://www.example.net/polls/17.js",
    ),
    Foreign(
        '<blockquote class="twitter-tweet"><p>Двери музея открыты</p>&mdash; Museum (@keys) '
        '<a href="https://x.com/keys/status/1826000000000000003?ref_src=twsrc">May 4, 2026</a></blockquote>',
        "twitter",
        "https://x.com/keys/status/1826000000000000003",
    ),
)
