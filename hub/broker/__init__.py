# SPDX-License-Identifier: EUPL-1.2
"""The embedded Apache Kafka: its jars and its Java, its process and files, certificates, and who may do what on which topic.

``kafka.Broker`` runs one node for one data directory; ``topics`` is the one structure of topics and rights, ``admin`` brings a
broker to it and names drift, ``asyncapi`` tells it to others; ``certificates``, ``principal`` and ``credentials`` are mutual
TLS. What goes through the topics is not known here: see ``hub/streams``.
"""
