"""Pictures and players: from the element that shows them to their address, provider and credit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.items import Video
from crawler.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

IMAGE_FILE_RE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)\Z", re.IGNORECASE)
MEDIA_FILE_RE = re.compile(r"\.(?:mp4|m4v|webm|mov|flv|m3u8|mp3|m4a|ogg|wav|aac)\Z", re.IGNORECASE)
# Pictures that show nothing of the story: counted as text ornament or left out.
ORNAMENT_RE = re.compile(
    r"(?:^|[/\s_.-])(?:emoji|smil(?:ey|ies)|icons?|logo|banner|pixel|spacer|blank|spinner|loading"
    r"|avatar|gravatar)(?:$|[/\s_.-])",
    re.IGNORECASE,
)
MIN_IMAGE_PIXELS = 48
LAZY_ATTRIBUTES = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
WIDTH_RE = re.compile(r"(\d{1,6})(?:\.\d{1,4})?[wx]\Z")
# The counter WordPress adds to each [video] and [audio] of a request: `clip.mp4?_=2`.
COUNTER_RE = re.compile(r"\?_=\d+\Z")
SCRIPT_MEDIA_RE = re.compile(r"""["']((?:https?:)?\\?/\\?/[^"'\s]{1,500})["']""")

# Where players keep what they will play until a script or a click asks for it.
SOURCE_ATTRIBUTES = (
    "data-src",
    "data-lazy-src",
    "data-litespeed-src",
    "src",
    "data",
    "data-href",
    "data-video-src",
    "data-vid",
    "data-video",
    "data-file",
    "data-url",
    "data-hls",
    "data-mp4",
    "cite",
    "data-setup",
)
PLAYER_TAGS = ("iframe", "video", "audio", "embed", "object")
FRAMES = frozenset(("iframe", "embed", "object", "amp-iframe"))
# Elements that hold the number of a YouTube video alone.
YOUTUBE_ATTRIBUTES = ("data-videoid", "videoid", "data-youtube-id", "data-yt-id")

YOUTUBE_HOST_RE = re.compile(r"(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)\Z")
YOUTUBE_ID_RE = re.compile(r"(?:/(?:embed|v|shorts|live)/|youtu\.be/|[?&]v=)([\w-]{11})(?![\w-])")
# Provider, its player's address, and the address of the page a reader would be sent to.
PLAYERS = (
    ("vimeo", re.compile(r"player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (
        "dailymotion",
        re.compile(r"dailymotion\.com/embed/video/(\w+)"),
        "https://www.dailymotion.com/video/{}",
    ),
    (
        "tiktok",
        re.compile(r"tiktok\.com/(?:(?:embed|player)/(?:v\d/)?|@[\w.-]{1,40}/video/)(\d+)"),
        "https://www.tiktok.com/embed/{}",
    ),
)
# Frames of unknown sites count only where the address says that something plays.
PLAYER_WORD_RE = re.compile(r"(?:^|[/._-])(?:player|video|live|stream|tv|clip)", re.IGNORECASE)

# `Ảnh: Bích Thuận`, `(Ảnh: TTXVN)` or `Nguồn ảnh: …` at a caption's end; `Ảnh 1:` is no credit.
CREDIT_RE = re.compile(
    r"(?:^|(?<=[\s.,;–—(-]))\(?(?:Nguồn ảnh|Ảnh|ẢNH|ảnh|Hình|Photo|Nguồn)\s*:\s*"
    r"(?P<credit>[^():]{1,80}?(?:\([^()]{1,40}\))?)\)?[\s.]*\Z"
)
MAX_CREDIT_WORDS = 10


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Return a caption without its credit, and the credit; None for the part that is absent.

    >>> split_credit("Quang cảnh hội nghị (Ảnh: Bích Thuận)")
    ('Quang cảnh hội nghị', 'Bích Thuận')
    >>> split_credit("Ảnh: Y Nhàn")
    (None, 'Y Nhàn')
    >>> split_credit("Ảnh 1: Nhà rông.")
    ('Ảnh 1: Nhà rông.', None)
    >>> split_credit("")
    (None, None)
    """
    match = CREDIT_RE.search(caption[-200:])
    if match is None or len(match["credit"].split()) > MAX_CREDIT_WORDS:
        return caption or None, None
    start = len(caption) - len(caption[-200:]) + match.start()
    return caption[:start].rstrip(" .,;–—-(") or None, match["credit"].strip(" .") or None


def extract_image(element: Element, base: str) -> str | None:
    """Return the address of the largest file an ``img`` names, None for ornaments and no picture.

    The target of a link around it comes first where that is a picture, then the widest of
    ``srcset``, then what a lazy loader would show, then ``src``.
    """
    if is_ornament(element):
        return None
    sources = (
        _linked_picture(element),
        _widest(element.get("srcset") or element.get("data-srcset")),
        *map(element.get, LAZY_ATTRIBUTES),
        element.get("src"),
    )
    urls = (absolute_url(base, source) for source in sources if source)
    return next((url for url in urls if url), None)


def is_ornament(element: Element) -> bool:
    """Whether an ``img`` is an icon, emoji, banner or counting pixel."""
    sizes = (element.get("width", ""), element.get("height", ""))
    if any(
        size.isascii() and size.isdigit() and int(size[:9]) < MIN_IMAGE_PIXELS for size in sizes
    ):
        return True
    names = f"{element.get('class', '')} {element.get('src', '')[-300:]}"
    return ORNAMENT_RE.search(names) is not None


def _linked_picture(element: Element) -> str | None:
    parent = element.getparent()
    href = parent.get("href") if parent is not None and parent.tag == "a" else None
    return href if href and IMAGE_FILE_RE.search(href.partition("?")[0]) else None


def _widest(srcset: str | None) -> str | None:
    """Return the widest file of a ``srcset`` (HTML standard, §4.8.4.2.1).

    >>> _widest("a-300x169.jpg 300w, a.jpg 800w")
    'a.jpg'
    >>> _widest("") is None, _widest("a.jpg") is None
    (True, True)
    """
    best, url = 0, None
    for candidate in (srcset or "").split(", "):
        address, _, size = candidate.strip().strip(",").rpartition(" ")
        match = WIDTH_RE.match(size)
        if match and int(match[1]) > best:
            best, url = int(match[1]), address.strip()
    return url


def parse_player(src: str) -> Video | None:
    """Return what a player's address plays, None where it is no player.

    >>> parse_player("https://kontumtv.vn/jwplayer/player.html?l=http://media.kontumtv.vn/a.mp4")
    Video(url='http://media.kontumtv.vn/a.mp4', provider='media.kontumtv.vn', caption=None)
    >>> parse_player("https://www.youtube.com/embed/abcdefghijk?rel=0").url
    'https://www.youtube.com/watch?v=abcdefghijk'
    >>> parse_player("https://www.google.com/maps/embed?pb=1") is None
    True
    """
    if absolute_url(src, src) is None:
        return None
    address, _, query = src.partition("?")
    if MEDIA_FILE_RE.search(address):
        return _own_file(COUNTER_RE.sub("", src))
    for pair in query.split("&"):
        value = pair.partition("=")[2]
        value = unquote(value) if "%3A%2F%2F" in value.upper() else value
        if MEDIA_FILE_RE.search(value.partition("?")[0]) and "//" in value:
            return _own_file(value)
    return _parse_platform(src, query)


def _own_file(url: str) -> Video | None:
    address = absolute_url("https://localhost/", url)
    return Video(address, urlsplit(address).hostname or "") if address else None


def _parse_platform(src: str, query: str) -> Video | None:
    host = urlsplit(src).hostname or ""
    if YOUTUBE_HOST_RE.match(host):
        match = YOUTUBE_ID_RE.search(src)
        return Video(f"https://www.youtube.com/watch?v={match[1]}", "youtube") if match else None
    if host.endswith("facebook.com"):
        return _parse_facebook(src, query)
    for provider, pattern, page in PLAYERS:
        match = pattern.search(src)
        if match:
            return Video(page.format(match[1]), provider)
    return _unknown_player(src, host)


def _parse_facebook(src: str, query: str) -> Video | None:
    """Facebook's plugins frame a video, but also pages, posts and like buttons."""
    if "video" not in src:
        return None
    target = next((pair[5:] for pair in query.split("&") if pair.startswith("href=")), src)
    url = absolute_url(src, unquote(target))
    return Video(url, "facebook") if url else None


def _unknown_player(src: str, host: str) -> Video | None:
    path = urlsplit(src).path
    if not host or "google." in host or not PLAYER_WORD_RE.search(f"{host}{path}"):
        return None
    return Video(src, host.removeprefix("www."))


def extract_videos(element: Element, base: str) -> Iterator[Video]:
    """Yield what ``iframe``, ``video``, ``audio``, ``embed``, ``object`` or a script plays."""
    for src in _player_sources(element):
        url = absolute_url(base, src)
        video = parse_player(url) if url else None
        # Of a box only what surely plays counts: its address may be that of a page about a video.
        if video and (element.tag in FRAMES or not _is_unknown(video)):
            yield video


def _is_unknown(video: Video) -> bool:
    return MEDIA_FILE_RE.search(video.url.partition("?")[0]) is None and "." in video.provider


def _player_sources(element: Element) -> Iterator[str]:
    if element.tag == "script":
        for match in SCRIPT_MEDIA_RE.finditer((element.text or "")[:20_000]):
            if MEDIA_FILE_RE.search(match[1].partition("?")[0]):
                yield match[1].replace("\\/", "/")
        return
    if "wp-embedded-content" in element.get("class", ""):
        return
    for node in (element, *element.iter("source")):
        sources = list(_named_sources(node))
        yield from sources
        if sources and element.tag in ("video", "audio"):
            return


def _named_sources(node: Element) -> Iterator[str]:
    """Yield the address a player's element names: in the first attribute that holds one."""
    for name in YOUTUBE_ATTRIBUTES:
        number = node.get(name)
        if number:
            yield f"https://www.youtube.com/watch?v={number}"
            return
    for name in SOURCE_ATTRIBUTES:
        source = node.get(name)
        if source and source.lstrip().startswith("{"):
            yield from (match[1].replace("\\/", "/") for match in SCRIPT_MEDIA_RE.finditer(source))
        elif source and not source.startswith(("data:", "about:", "blob:", "javascript:")):
            yield source
            return
