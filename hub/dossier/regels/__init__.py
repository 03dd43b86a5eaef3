# SPDX-License-Identifier: EUPL-1.2
"""Rules as data: dated files that a policy officer reads, which version of them holds when and for whom, and days as the
law counts them. Not what a rule does with a setting: that is in ``verwachtingen``.
"""
