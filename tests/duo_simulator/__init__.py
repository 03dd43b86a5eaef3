# SPDX-License-Identifier: EUPL-1.2
"""DUO, played: its services with its rules over real HTTP with mutual TLS on loopback, and its notices to gemeenten.

Written from DUO's OpenAPI documents and README, apart from `connectors.duo`: neither imports the other, so that a
mistake in one shows in the other.
"""
