# SPDX-License-Identifier: EUPL-1.2
"""DUO, both directions: what DUO notifies becomes events on the bus, what gemeenten report goes to DUO's services.

`serve` is the side that DUO calls (`ontvangst`), after which the services that a notice points at are asked (`ophalen`)
and what they say becomes events (`vertalen`). `send` is the other side: deliveries from DUO's own topic become calls
(`opdrachten`, `melden`); what DUO refuses goes back to the gemeente as an event. Both stand on one durable store
(`opslag`), and both ask first whether a gemeente may ask about a person (`relevantie`).
"""
