# SPDX-License-Identifier: EUPL-1.2
"""What screens and stories ask of a case: where it is and on what it waits, who does what, every clock, and any of it by
its path (``paden``). Only reads.
"""
