# SPDX-License-Identifier: EUPL-1.2
"""DUO, played: its services with its rules over real HTTP with mutual TLS, and its notices to gemeenten. For the demo, and
for the tests of `connectors.duo`.

Written from DUO's OpenAPI documents and README, apart from `connectors.duo`: neither uses the other, so that a mistake in
one shows in the other.
"""
