"""Figures for Prometheus: requests counted by each process, and the registered gauges read at the scrape."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.web import health

PREFIX = "starboard_"
# Set by config/serving.py for gunicorn's processes, which then share their counts in files of that folder.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_own = CollectorRegistry()
REQUESTS = Counter(f"{PREFIX}requests", "Requests answered.", ["route", "method", "status"], registry=_own)
SECONDS = Histogram(
    f"{PREFIX}request_seconds",
    "Time until the answer was made.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
    registry=_own,
)

# A method of the client's own invention would be a series of its own.
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def count_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count each request by its route's name, never by its path, which may hold a token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return response

    return middleware


class _Registered(Collector):
    """The gauges of `apps.web.health`, read anew at each scrape."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in health.gauges(self._now):
            if gauge.name not in families:
                families[gauge.name] = GaugeMetricFamily(
                    PREFIX + gauge.name, gauge.meaning, labels=list(gauge.labels)
                )
            families[gauge.name].add_metric(list(gauge.labels.values()), gauge.number)
        for name, seen in health.watched(self._now).items():
            well = families.setdefault(
                "well",
                GaugeMetricFamily(
                    f"{PREFIX}well", "1 while a watch of /readyz is content.", labels=["watch"]
                ),
            )
            well.add_metric([name], float(seen.is_well))
        yield from families.values()


def exposition() -> bytes:
    """Return everything in Prometheus's text format."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED_FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_own)
    registry.register(_Registered(timezone.now()))
    return generate_latest(registry)
