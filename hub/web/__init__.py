# SPDX-License-Identifier: EUPL-1.2
"""The HTTP room: the interface for partners who do not speak Kafka, and the registry's endpoints.

What is held for a partner stays in Kafka (``postbus``); before it is handed over it is decided upon once more
(``overdracht``), on what the log has shown since. This process has no person's key and no vault, and opens no seal.
Not here: a screen with a person's data on it (there is none), and what may be said by whom (intake).
"""
