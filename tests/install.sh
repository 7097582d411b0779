#!/usr/bin/env bash
# `pip install .` into an environment of its own: only the package arrives, its tables with it,
# and `scrapy crawl kontumtv` works outside the checkout.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${PYTHON:-$root/.venv/bin/python}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "$root"
rm -rf "$root/build" "$root"/*.egg-info

site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
for name in tests exports benchmarks docs; do
  [ ! -e "$site/$name" ] || { echo "pip install put $name into site-packages"; exit 1; }
done
for table in "$root"/crawler/text/*.csv; do
  [ -e "$site/crawler/text/$(basename "$table")" ] || { echo "$table was not installed"; exit 1; }
done

mkdir "$work/elsewhere"
cd "$work/elsewhere"
printf '[settings]\ndefault = crawler.settings\n' > scrapy.cfg
"$work/venv/bin/scrapy" crawl kontumtv -a archive="$root/tests/sample/kontumtv.vn.warc.gz" -L WARNING
ls exports/kontumtv.vn/articles/*.jsonl
