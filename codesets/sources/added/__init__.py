"""Readers of the files that a site adds, one module a kind: each recognises its file by content and checks it whole."""
