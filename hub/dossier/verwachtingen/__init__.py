# SPDX-License-Identifier: EUPL-1.2
"""What should come, from whom and before when, as a function of the case, the rules and the day: one file a subject,
``expectations`` has them together, ``verwachting`` is their vocabulary. No signal yet, and nobody is told anything.
"""
