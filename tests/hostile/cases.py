"""What hostile pages try, as data: pages that lead to where none may lead, and pages that would not let go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One thing a page tries, and the page; `{canary}` in it stands for http://HOST:PORT of the canary.

    `needs` says whether it is tried at all by this browser, so that a control has to succeed. A page that starts with
    "http", "file" or "data" is a redirect to there.
    """

    name: str
    page: str
    needs: bool = True
    host: str = "127.0.0.2"


def script(code: str) -> str:
    """A page that runs this."""
    return f"<!doctype html><p>Words</p><script>{code}</script>"


def body(html: str) -> str:
    """A page with this on it."""
    return f"<!doctype html><p>Words</p>{html}"


FETCH = "fetch('{canary}/', { mode: 'no-cors' })"
SOCKETS = "const url = new URL('{canary}');"
ICE = """const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${url.host}` }] });
peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer));"""
WORKER = "new Worker(URL.createObjectURL(new Blob([`%s`], { type: 'text/javascript' })));"

RULES = '{"prerender": [{"source": "list", "urls": ["{canary}/"]}]}'

LEADS = (
    Case("a redirect", "{canary}/"),
    Case("a script that goes elsewhere", script("location = '{canary}/'")),
    Case("a page that refreshes itself", body('<meta http-equiv="refresh" content="0; url={canary}/">')),
    Case(
        "a form that submits itself",
        body('<form action="{canary}/"></form>') + "<script>document.forms[0].submit()</script>",
    ),
    Case("a frame", body('<iframe src="{canary}/"></iframe>')),
    Case("a frame that is redirected", body('<iframe src="/away"></iframe>')),
    Case("an object", body('<object data="{canary}/"></object>')),
    Case("an embed", body('<embed src="{canary}/">')),
    Case("an image", body('<img src="{canary}/x.png">'), needs=False),
    Case("a film", body('<video src="{canary}/x.mp4" autoplay></video>'), needs=False),
    Case("a font", body("<style>@font-face{font-family:x;src:url({canary}/x)}p{font-family:x}</style>"), needs=False),
    Case("a style sheet", body('<link rel="stylesheet" href="{canary}/x.css">')),
    Case("a picture in a style", body("<style>p{background:url({canary}/x.png)}</style>"), needs=False),
    Case("a script", body('<script src="{canary}/x.js"></script>')),
    Case("a module", script("import('{canary}/x.js')")),
    Case("a prefetch", body('<link rel="prefetch" href="{canary}/">')),
    Case("a preload", body('<link rel="preload" as="script" href="{canary}/x.js">')),
    Case("a preconnect", body('<link rel="preconnect" href="{canary}">'), needs=False),
    Case(
        "a prerendering",
        body(f'<script type="speculationrules">{RULES}</script>'),
        needs=False,
    ),
    Case("a fetch", script(FETCH)),
    Case("a request of the old kind", script("const x = new XMLHttpRequest(); x.open('GET', '{canary}/'); x.send()")),
    Case("a beacon", script("navigator.sendBeacon('{canary}/', 'x')")),
    Case("a stream of events", script("new EventSource('{canary}/')")),
    Case("a WebSocket", script("new WebSocket('{canary}/'.replace('http', 'ws'))")),
    Case("a worker's fetch", script(WORKER % FETCH)),
    Case("a worker's script", script(WORKER % "importScripts('{canary}/x.js')")),
    Case("WebTransport", script(SOCKETS + "new WebTransport(`https://${url.host}/`)"), needs=False),
    Case("WebRTC", script(SOCKETS + ICE)),
    Case("an address of the new kind", script(FETCH), host="[::1]"),
    Case("an address written as a number", script(FETCH), host="2130706434"),
    Case("an old address in a new one", script(FETCH), host="[::ffff:7f00:2]", needs=False),
    Case("localhost", script(FETCH), host="localhost"),
    Case("a name that means this machine", script(FETCH), host="inside.example"),
    Case("a name that means this machine too", script(FETCH), host="both.example"),
    Case("another port of the site's own machine", script(FETCH), host="127.0.0.1"),
)
"""What leads to a canary: none of it may arrive."""

CLINGING = (
    Case("a redirect to a file", "file:///etc/passwd"),
    Case("a redirect to data", "data:text/html,<p>Words"),
    Case("a script that goes to a file", script("location = 'file:///etc/passwd'")),
    Case("a script that goes to data", script("location = 'data:text/html,<p>other'")),
    Case("a frame with a file", body('<iframe src="file:///etc/passwd"></iframe>')),
    Case("a window", script("open('/window'); open('about:blank')")),
    Case("a hundred windows", script("for (let i = 0; i < 100; i++) open('/window', i)")),
    Case("an alert", script("alert('stop'); confirm('stop'); prompt('stop')")),
    Case("a hundred alerts", script("for (let i = 0; i < 100; i++) alert(i)")),
    Case(
        "a page that will not be left",
        script("onbeforeunload = (event) => event.preventDefault()"),
    ),
    Case("a page that prints itself", script("print()")),
    Case(
        "questions for permission",
        script("""navigator.geolocation.getCurrentPosition(() => {});
        Notification.requestPermission(); navigator.mediaDevices?.getUserMedia({ audio: true })"""),
    ),
    Case("a service worker", script("navigator.serviceWorker?.register('/worker.js')")),
    Case(
        "a download",
        body("<a href=/file.bin download>x</a>") + "<script>document.links[0].click()</script>",
    ),
    Case("a file in the place of a page", script("location = '/file.bin'")),
    Case("workers that compute for ever", script((WORKER % "while (true) {}") * 4)),
    Case("a history that does not end", script("for (let i = 0; i < 60; i++) history.pushState(0, '', '#' + i)")),
    Case(
        "a page that wants the full screen",
        script("document.body.requestFullscreen?.()"),
    ),
)
"""What would hold a reader up: the next page must be shown all the same, and nothing be left on this machine."""
