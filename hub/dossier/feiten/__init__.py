# SPDX-License-Identifier: EUPL-1.2
"""What was reported about one person: facts, the rows that the fold makes of them, and the case as they show it. Not what
should have come, nor whether anything is late.
"""
