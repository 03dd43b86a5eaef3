# SPDX-License-Identifier: EUPL-1.2
"""Figures about this process for Prometheus: counts by route, never by person or organisation."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "hub_web_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "hub_web_seconds",
            "Seconds until a request was answered, without those that wait for news.",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self._registry,
        )
        self._in = Counter("hub_web_events_in", "Events taken from partners.", registry=self._registry)
        self._out = Counter("hub_web_deliveries_out", "Deliveries handed over.", ("way",), registry=self._registry)
        self._withheld = Counter(
            "hub_web_deliveries_withheld",
            "Deliveries withheld at hand-over, each time one was asked for.",
            ("way",),
            registry=self._registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float | None) -> None:
        self._requests.labels(route, method, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def taken(self, count: int) -> None:
        self._in.inc(count)

    def handed_over(self, way: str, count: int, withheld: int) -> None:
        """`way`: pull, webhook or stream."""
        self._out.labels(way).inc(count)
        self._withheld.labels(way).inc(withheld)

    def text(self) -> bytes:
        return generate_latest(self._registry)
