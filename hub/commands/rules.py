# SPDX-License-Identifier: EUPL-1.2
"""`hub rules`: changing the terms and thresholds, by the same steps as the policy."""

from __future__ import annotations

import typer

from hub.commands.change import RULES, add_commands

app = typer.Typer(help="The rules: terms and thresholds.", no_args_is_help=True)
add_commands(app, RULES)
