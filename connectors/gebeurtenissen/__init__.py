# SPDX-License-Identifier: EUPL-1.2
"""Typed events, made from `schemas/` by `python -m connectors.typed`: do not edit; see `connectors.typed`."""
