# SPDX-License-Identifier: EUPL-1.2
"""The operator's commands, one file a subject. What they do lives in the rooms; here it is asked for and shown."""
