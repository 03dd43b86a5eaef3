# SPDX-License-Identifier: EUPL-1.2
"""Stories: facts with their dates and what must be true when, as a domain expert writes them, played against the hub.

Lives here: reading the YAML, playing it through the pure core, checking what came out. Does not live here: any rule.
The names in a story are the hub's own names, so a story that fails shows a rule, a policy row or the story to be wrong.
"""
