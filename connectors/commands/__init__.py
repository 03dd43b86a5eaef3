# SPDX-License-Identifier: EUPL-1.2
"""The commands of `connect`, one subject a file; each module has `register(app)`. Not here: what they do."""
