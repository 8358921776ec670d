"""The subcommands of `farr`, one module each."""
