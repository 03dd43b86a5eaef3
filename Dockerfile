# SPDX-License-Identifier: EUPL-1.2
# One image for every role; the role is the command. Only locked, hashed requirements go in.
FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /var/lib/hub hub
WORKDIR /opt/hub
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY schemas schemas
COPY consent consent
COPY connectors connectors
COPY demo demo
COPY benchmarks benchmarks
COPY hub hub
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER hub
ENV HUB_DATA=/var/lib/hub
CMD ["hub", "--help"]
