"""Every value that differs from Scrapy's default, with the reason; and the settings of our own."""

BOT_NAME = "kontumtv"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
# `scrapy crawl` with exit codes of its own, and the commands only this project has.
COMMANDS_MODULE = "crawler.commands"

# ---- manners ---------------------------------------------------------------------------------

# Our own: who runs this crawler, as a URL or `mailto:` address, so that the site can reach you.
# The spider makes the user agent of it: `kontumtv-crawler/0.1.0 (+mailto:you@example.org)`; an
# explicit USER_AGENT (Scrapy's default names Scrapy) goes before it.
CONTACT = ""
# Default: 8 at a time without a pause. One site, one server: one request at a time, a second apart.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
# Our own: seconds between requests to the server of an archive (Wayback Machine, Common Crawl).
ARCHIVE_DOWNLOAD_DELAY = 1.0
# Our own: the largest WARC or WACZ file fetched from an address, in bytes; it goes to a temporary
# file, in ranges.
ARCHIVE_DOWNLOAD_MAXSIZE = 20 * 1024**3
# Default: False.
ROBOTSTXT_OBEY = True
# Default: 2. A nightly run would rather wait than leave a gap for tomorrow.
RETRY_TIMES = 3
# Default: ERROR. The spider tells the failure itself, once.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
# Default: 20. More than five is a loop.
REDIRECT_MAX_TIMES = 5
# Default: 180 seconds.
DOWNLOAD_TIMEOUT = 60
# Default: 1 GiB, and a warning at 32 MiB. The longest article page seen is under 1 MiB; a REST
# answer of a hundred articles about 1 MiB.
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
# Default: True. Nothing here needs a session.
COOKIES_ENABLED = False
# Default: True. A page that sends its reader elsewhere after a while is read as it is.
METAREFRESH_ENABLED = False

# Our own: pause before the first retry, doubled with each further one; the longest pause that a
# Retry-After, a backoff or a Crawl-delay may ask for.
RETRY_BACKOFF_SECONDS = 2.0
RETRY_MAX_PAUSE_SECONDS = 120.0

# ---- nobody but the operator runs code here --------------------------------------------------

# Defaults: True. Both let any local user who gets at a port or file run Python in the crawl.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Default: last in, first out. Articles are read in the order they are listed.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# ---- the way of an item ----------------------------------------------------------------------

# Default: 100. The pipelines never wait, so more than one at a time gains nothing, costs a
# hundred tasks a page (a third of the crawl's CPU, measured), and would shuffle the feed.
CONCURRENT_ITEMS = 1

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.manners.PatientRetryMiddleware": 550,
    # Nearest to the network: answers in its place.
    "crawler.archives.middleware.ArchiveMiddleware": 950,
    # Default: on. No request here carries a password or goes to a proxy of its own.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    # Defaults: on. No link is followed blindly, so depth says nothing, and the length of its
    # URLs is the site's own choice.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.normalize.NormalizePipeline": 100,
    "crawler.pipelines.validate.ValidatePipeline": 200,
    "crawler.pipelines.dataset.DatasetPipeline": 300,
}
EXTENSIONS = {
    "crawler.extensions.report.RunReport": 0,
    "crawler.extensions.warc_store.WarcStoreExtension": 0,
}

# ---- what is written -------------------------------------------------------------------------

# Our own: what happens to the same story posted again with edits (crawler/storage/near.py has the
# rule). drop: it goes to the duplicates feed, as exact copies always do; annotate: it stays among
# the articles and says of which it is a copy; off: it is an article like any other, and no index is
# kept. Off until it costs less: on, the whole crawl takes 1.6 times the CPU of bare Scrapy, off 1.4
# (benchmarks/bench_crawl.py).
NEAR_DUPLICATES = "off"
# Our own: how many known articles, missing from a list of everything, a run asks for by their
# page before it calls them gone; the next run asks for the rest.
CONFIRM_GONE_MAX = 200
# Our own: the folder of the datasets, one folder a site in it; relative to where scrapy runs.
EXPORTS_DIR = "exports"
# Our own: after so many lines, or the first line after so many seconds, feed and state are made
# durable. A kill costs at most these articles, which the next run fetches again; each commit
# costs three to five fsyncs. At a page a second the seconds decide; the lines, where REST gives
# hundreds at once and a thousand are ten requests.
DATASET_COMMIT_ITEMS = 1000
DATASET_COMMIT_SECONDS = 5.0
# Our own: `none`, `gzip` or `zstd`, done when a file is published: while a run writes it, it is
# plain, since a killed compressed file loses its last block. zstd is a quarter of the size.
DATASET_COMPRESSION = "none"
# Our own: a folder, relative to where scrapy runs, that gets every answer of a crawl as it came
# from the network, in WARC files; empty for none. `scrapy reextract` reads them again.
WARC_STORE = ""
# Our own: a WARC file ends once it is that large. 1 GB is what archives' tools take for usual.
WARC_STORE_MAX_BYTES = 1_000_000_000
# Default: Scrapy's, which truncates the file of `-O` at the start and appends behind a torn line.
FEED_STORAGES = {
    "": "crawler.feeds.outputs.FileOutput",
    "file": "crawler.feeds.outputs.FileOutput",
}
# Default: None, which writes \uXXXX for every Vietnamese letter. For `-o` and `-O`.
FEED_EXPORT_ENCODING = "utf-8"

# ---- log -------------------------------------------------------------------------------------

# Default: DEBUG, two lines a page.
LOG_LEVEL = "INFO"
# Default: whole items go into the log.
LOG_FORMATTER = "crawler.log.LogFormatter"
# Default: True. The run report says it in words and keeps it in runs/<run_id>.json.
STATS_DUMP = False
