# SPDX-License-Identifier: EUPL-1.2
"""The contract between the hub and its partners: what an event is, and how it stands on the wire.

Here live the event types (``<gebeurtenis>/<versie>.avsc``), the catalogue and registry that read them, the Avro codec,
the CloudEvents attributes, the signatures and the seals. Each of it is described for other languages in
``docs/wire-format.md``. Not here: who may have what (``consent``), keys of persons (``hub.vault``), Kafka.
This room imports no other room.
"""
