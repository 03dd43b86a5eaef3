# SPDX-License-Identifier: EUPL-1.2
"""Stages for tests of `connectors.duo` against DUO as the demo plays it (`demo.duo`)."""
