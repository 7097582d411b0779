"""kontumtv.vn: Kon Tum province's radio and television station (merged into Quảng Ngãi, 2025)."""

from crawler.spiders.news import NewsSpider


class KontumtvSpider(NewsSpider):
    """The site as it is; everything else is WordPress."""

    name = "kontumtv"
    home = "https://kontumtv.vn"
